using System.Net;

namespace Proxify.Configuration;

/// <summary>How the names of targets are asked for.</summary>
public sealed record ResolverConfig
{
    /// <summary>DNS servers, asked in this order. Default (empty): those of /etc/resolv.conf.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>The addresses that are asked for and used. Default: <see cref="ResolverFamily.All"/>.</summary>
    public ResolverFamily Family { get; init; }

    /// <summary>An answer holds at least this long, whatever its TTL. 100 ms to 1 d, default 1 s.</summary>
    public TimeSpan MinTtl { get; init; } = ResolverOptions.MinTtl.Value;

    /// <summary>An answer holds no longer than this, whatever its TTL. 1 s to 7 d and at least <see cref="MinTtl"/>, default 5 min.</summary>
    public TimeSpan MaxTtl { get; init; } = ResolverOptions.MaxTtl.Value;
}
