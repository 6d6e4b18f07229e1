namespace Proxify.Configuration;

/// <summary>One port, or an inclusive range of ports, each 1-65535: <c>5001</c> or <c>"5200-5299"</c>.</summary>
public readonly record struct PortRange(int First, int Last)
{
    public static implicit operator PortRange(int port) => new(port, port);

    public override string ToString() => First == Last ? First.ToString() : $"{First}-{Last}";
}
