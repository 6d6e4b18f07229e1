using System.Globalization;
using System.Text.Json;

namespace Proxify.Configuration;

internal class WholeNumberType(int least, int most) : ScalarType<int>
{
    public int Least => least;

    public int Most => most;

    /// <summary>The bounds as they are written.</summary>
    public string Range { get; } = least < 0 ? $"{least} to {most}" : $"{least}-{most}";

    public override string Expected => $"a whole number {Range}";

    public sealed override bool TryRead(ConfigNode node, out int value)
    {
        value = 0;
        return node.Kind == JsonValueKind.Number && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public sealed override string? Problem(int value) => value < least || value > most ? OutOfRange(value) : null;

    protected virtual string OutOfRange(int value) => $"expected {Expected}, found {value}";
}
