namespace Proxify.Configuration;

/// <summary>
/// Addresses that agree in so many leading bits are one source to the limits per source. Null: not set here; an app's comes from the proxy's, the proxy's from
/// the default.
/// </summary>
public sealed record SourcePrefixConfig
{
    /// <summary>Bits of an address. 1 to 32, default 32.</summary>
    public int? IPv4 { get; init; }

    /// <summary>Bits of an address. 1 to 128, default 64: one host can use every address of a /64.</summary>
    public int? IPv6 { get; init; }
}
