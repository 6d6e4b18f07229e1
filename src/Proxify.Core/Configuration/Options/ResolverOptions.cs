using System.Net;

namespace Proxify.Configuration;

/// <summary><c>Resolver</c>.</summary>
internal static class ResolverOptions
{
    /// <summary>One that is silent costs a second, and a question has ten.</summary>
    private const int MostServers = 8;

    public static readonly ListOption<ResolverConfig, IPEndPoint> Servers = new(
        nameof(Servers), "DNS servers", new ServerType(), r => r.Servers, (r, value) => r with { Servers = value },
        "DNS servers, asked in this order: `\"10.0.0.53\"`, `\"127.0.0.1:5353\"`, `\"[::1]:5353\"`")
    {
        Absent = "those of `/etc/resolv.conf`",
        Most = MostServers,
        TooMany = $"servers; expected at most {MostServers}",
    };

    public static readonly ValueOption<ResolverConfig, ResolverFamily> Family = new(
        nameof(Family), ConfigWords.Families, r => r.Family, (r, value) => r with { Family = value },
        "the addresses of names that are asked for and used: of both families, or of one alone", ResolverFamily.All);

    public static readonly ValueOption<ResolverConfig, TimeSpan> MinTtl = new(
        nameof(MinTtl), new DurationType("100ms", "1d"), r => r.MinTtl, (r, value) => r with { MinTtl = value },
        "an answer holds at least this long, whatever its TTL", Duration.Of("1s"));

    public static readonly ValueOption<ResolverConfig, TimeSpan> MaxTtl = new(
        nameof(MaxTtl), new DurationType("1s", "7d"), r => r.MaxTtl, (r, value) => r with { MaxTtl = value },
        "and no longer than this; no shorter than `MinTtl`", Duration.Of("5m"));

    public static readonly Section<ResolverConfig> Section = new("an object such as {\"Servers\": [\"10.0.0.53\"]}", Servers, Family, MinTtl, MaxTtl);
}
