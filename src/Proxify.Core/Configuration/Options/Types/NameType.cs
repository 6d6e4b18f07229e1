using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>The name of an app.</summary>
internal sealed class NameType : ScalarType<string>
{
    public override string Expected => "a name in double quotes";

    public override bool TryRead(ConfigNode node, [MaybeNullWhen(false)] out string value)
    {
        value = node.Text;
        return node.Kind == JsonValueKind.String;
    }

    public override string? Problem(string value) => value.Length == 0 ? "is empty; expected a name"
        : value.Any(char.IsControl) ? $"expected a name without control characters, found {Quoted.Text(value)}" : null;
}
