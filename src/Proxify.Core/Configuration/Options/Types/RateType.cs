using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>Connections per time: a number, which is per second, a text such as <c>600/m</c>, or <c>off</c>.</summary>
internal sealed class RateType : ScalarType<ConnectionRate>
{
    private static readonly CountType PerSecond = new(1, ConnectionRate.MaxCount, canBeOff: true);

    public override string Expected =>
        $"connections per second 1-{ConnectionRate.MaxCount}, text such as \"100/s\", \"600/m\" or \"50/h\", or \"{Duration.Off}\"";

    public override bool IsOff(ConfigNode node) => PerSecond.IsOff(node);

    public override bool TryRead(ConfigNode node, out ConnectionRate value)
    {
        value = PerSecond.TryRead(node, out var count) ? ConnectionRate.PerSecond(count) : default;
        return value != default || (node.Kind == JsonValueKind.String && ConnectionRate.TryParse(node.Text, out value));
    }

    public override string? Problem(ConnectionRate value) => value.Count is < 1 or > ConnectionRate.MaxCount || !value.HasKnownUnit
        ? $"expected 1-{ConnectionRate.MaxCount} connections a second, minute or hour, found {value.Count} in {Duration.Format(value.Per)}"
        : null;
}
