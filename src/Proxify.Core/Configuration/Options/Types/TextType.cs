using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A text of a certain form.</summary>
/// <param name="what">What it is, for the reference: <c>path of a file</c>.</param>
/// <param name="expected">What an error says was expected.</param>
/// <param name="hasForm">Whether a text has the form. The tests' schema says the same as a pattern.</param>
internal sealed class TextType(string what, string expected, Func<string, bool> hasForm) : ScalarType<string>
{
    public string What => what;

    public override string Expected => expected;

    public override bool TryRead(ConfigNode node, [MaybeNullWhen(false)] out string value)
    {
        value = node.Text;
        return node.Kind == JsonValueKind.String;
    }

    public override string? Problem(string value) => hasForm(value) ? null : $"expected {Expected}, found {Quoted.Text(value)}";
}
