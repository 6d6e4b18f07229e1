using System.Collections.Immutable;
using Proxify.Transport;

namespace Proxify.Resolution;

/// <summary>How names are asked for.</summary>
/// <param name="Servers">DNS servers, asked in this order. Empty: those of /etc/resolv.conf.</param>
/// <param name="MinTtl">An answer holds at least this long, whatever its TTL.</param>
/// <param name="MaxTtl">And no longer than this.</param>
/// <param name="Families">Addresses of these are asked for and taken.</param>
internal sealed record ResolverSettings(ImmutableArray<TcpEndpoint> Servers, TimeSpan MinTtl, TimeSpan MaxTtl, AddressFamilies Families = AddressFamilies.Both)
{
    public TimeSpan Bound(TimeSpan ttl) => ttl < MinTtl ? MinTtl : ttl > MaxTtl ? MaxTtl : ttl;

    public bool Equals(ResolverSettings? other) =>
        other is not null && MinTtl == other.MinTtl && MaxTtl == other.MaxTtl && Families == other.Families && Servers.SequenceEqual(other.Servers);

    public override int GetHashCode() => HashCode.Combine(Servers.Length, MinTtl, MaxTtl, Families);
}
