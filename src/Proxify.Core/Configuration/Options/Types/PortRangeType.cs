using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A port, as a number or a text, or a range of ports.</summary>
internal sealed class PortRangeType : ScalarType<PortRange>
{
    public override string Expected => $"a port ({PortNumber.Min}-{PortNumber.Max}) or a range such as \"5200-5299\"";

    public override bool TryRead(ConfigNode node, out PortRange value)
    {
        value = default;
        return node.Kind is JsonValueKind.Number or JsonValueKind.String && PortNumber.TryParseRange(node.Text, out value)
            && (node.Kind == JsonValueKind.String || value.First == value.Last);
    }

    public override string? Problem(PortRange value)
    {
        var (first, last) = value;
        if (!PortNumber.IsValid(first) || !PortNumber.IsValid(last))
            return PortNumber.OutOfRange(PortNumber.IsValid(first) ? last : first);

        return first > last ? $"the range {first}-{last} runs backwards; expected {last}-{first}" : null;
    }
}
