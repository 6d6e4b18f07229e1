using System.Globalization;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A part of a whole, 0 to 1.</summary>
internal sealed class ShareType : ScalarType<double>
{
    public override string Expected => "a number 0-1";

    public override bool TryRead(ConfigNode node, out double value)
    {
        value = 0;
        return node.Kind == JsonValueKind.Number && double.TryParse(node.Text, CultureInfo.InvariantCulture, out value);
    }

    public override string? Problem(double value) => value is >= 0 and <= 1 ? null : $"expected {Expected}, found {value}";
}
