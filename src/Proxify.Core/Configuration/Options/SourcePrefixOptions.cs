namespace Proxify.Configuration;

/// <summary><c>SourcePrefix</c> in the limits of the file and of an app.</summary>
internal static class SourcePrefixOptions
{
    public static readonly ValueOption<SourcePrefixConfig, int> IPv4 = new(
        nameof(IPv4), new CountType(1, 32), s => s.IPv4, (s, value) => s with { IPv4 = value },
        "IPv4 addresses that agree in so many leading bits are one source", 32);

    /// <summary>Of a /64 one host can use every address.</summary>
    public static readonly ValueOption<SourcePrefixConfig, int> IPv6 = new(
        nameof(IPv6), new CountType(1, 128), s => s.IPv6, (s, value) => s with { IPv6 = value },
        "IPv6 addresses likewise", 64);

    public static readonly Section<SourcePrefixConfig> Section = new("an object such as {\"IPv6\": 64}", IPv4, IPv6);
}
