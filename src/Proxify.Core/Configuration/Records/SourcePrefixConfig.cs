namespace Proxify.Configuration;

/// <summary>
/// Addresses that agree in so many leading bits are one source to the limits per source. Null: not set here; an app's comes from the proxy's, the proxy's from
/// the default.
/// </summary>
public sealed record SourcePrefixConfig
{
    /// <summary>1 to 32 bits. Default: 32.</summary>
    public int? IPv4 { get; init; }

    /// <summary>1 to 128 bits. Default: 64.</summary>
    public int? IPv6 { get; init; }
}
