namespace Proxify.Configuration;

/// <summary>
/// Addresses that agree in so many leading bits are one source to the limits per source. Null: not set here; an app's comes from the proxy's, the proxy's from
/// <see cref="Defaults"/>.
/// </summary>
public sealed record SourcePrefixConfig
{
    /// <summary>An IPv4 address is one source; so is an IPv6 /64, of which one host can use every address.</summary>
    public static SourcePrefixConfig Defaults { get; } = new() { IPv4 = 32, IPv6 = 64 };

    /// <summary>1 to 32 bits. Default: 32.</summary>
    public int? IPv4 { get; init; }

    /// <summary>1 to 128 bits. Default: 64.</summary>
    public int? IPv6 { get; init; }
}
