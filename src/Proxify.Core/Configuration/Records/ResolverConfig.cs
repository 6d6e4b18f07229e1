using System.Net;

namespace Proxify.Configuration;

/// <summary>How the names of targets are asked for.</summary>
public sealed record ResolverConfig
{
    /// <summary>DNS servers, asked in this order. Default (empty): those of /etc/resolv.conf.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>The addresses that are asked for and used. Default <see cref="ResolverFamily.All"/>.</summary>
    public ResolverFamily Family { get; init; }

    /// <summary>An answer holds at least this long, whatever its TTL. 100ms to 1d, default 1s.</summary>
    public TimeSpan MinTtl { get; init; } = ResolverOptions.MinTtl.Value;

    /// <summary>An answer holds no longer than this, whatever its TTL. At least <see cref="MinTtl"/>. 1s to 7d, default 5m.</summary>
    public TimeSpan MaxTtl { get; init; } = ResolverOptions.MaxTtl.Value;
}
