namespace Proxify.Configuration;

/// <summary>One port, or an inclusive range of ports, each 1-65535: <c>5001</c> or <c>"5200-5299"</c>.</summary>
public readonly record struct PortRange(int First, int Last)
{
    public static implicit operator PortRange(int port) => new(port, port);

    /// <summary>Reads <c>5001</c> or <c>5200-5299</c>; false for anything that is no port and no range of ports in ascending order.</summary>
    public static bool TryParse(string text, out PortRange range) =>
        PortNumber.TryParseRange(text, out range) && PortNumber.IsValid(range.First) && PortNumber.IsValid(range.Last) && range.First <= range.Last;

    public override string ToString() => First == Last ? First.ToString() : $"{First}-{Last}";
}
