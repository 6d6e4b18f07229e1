using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport;

/// <summary>
/// How a peer that has vanished is noticed (tcp(7)). Set on a connection's socket; whole seconds, except for <paramref name="Unacknowledged"/>.
/// </summary>
/// <param name="KeepAlive">Silence after which it is probed; <see cref="Timeout.InfiniteTimeSpan"/> for never.</param>
/// <param name="KeepAliveInterval">Between probes.</param>
/// <param name="Unacknowledged">
/// How long it may acknowledge nothing, neither bytes nor probes, or take nothing although bytes wait for it (TCP_USER_TIMEOUT); then the connection fails.
/// <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the kernel: five probes, about 15 minutes for bytes, and no end for a peer that lives and takes nothing.
/// </param>
internal sealed record PeerLiveness(TimeSpan KeepAlive, TimeSpan KeepAliveInterval, TimeSpan Unacknowledged)
{
    /// <summary>60 s, 15 s, 5 min: what every socket of a transport begins with.</summary>
    public static PeerLiveness Default { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(5));

    private SocketOption[]? _options;

    // Without the options: a copy is made to be changed.
    private PeerLiveness(PeerLiveness original) => (KeepAlive, KeepAliveInterval, Unacknowledged) = original;

    /// <summary>As setsockopt(2) takes them. Made once: they are set for each session.</summary>
    internal ReadOnlySpan<SocketOption> Options => _options ??=
    [
        new(Libc.SolSocket, Libc.SoKeepAlive, KeepAlive == Timeout.InfiniteTimeSpan ? 0 : 1),
        new(Libc.IpProtoTcp, Libc.TcpKeepIdle, Seconds(KeepAlive)),
        new(Libc.IpProtoTcp, Libc.TcpKeepInterval, Seconds(KeepAliveInterval)),
        new(Libc.IpProtoTcp, Libc.TcpKeepCount, 5), // TCP_USER_TIMEOUT overrides it
        new(Libc.IpProtoTcp, Libc.TcpUserTimeout, Unacknowledged == Timeout.InfiniteTimeSpan ? 0 : (int)Math.Ceiling(Unacknowledged.TotalMilliseconds)),
    ];

    public bool Equals(PeerLiveness? other) => other is not null
        && (KeepAlive, KeepAliveInterval, Unacknowledged) == (other.KeepAlive, other.KeepAliveInterval, other.Unacknowledged);

    public override int GetHashCode() => HashCode.Combine(KeepAlive, KeepAliveInterval, Unacknowledged);

    private static int Seconds(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? 60 : (int)Math.Ceiling(time.TotalSeconds);
}
