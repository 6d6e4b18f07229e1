namespace Proxify.Transport;

/// <summary>The waits of a relay; <see cref="Timeout.InfiniteTimeSpan"/> turns one off.</summary>
/// <param name="Idle">Without a byte in either direction.</param>
/// <param name="HalfClose">
/// After one direction has ended, without a byte in the other. <paramref name="Idle"/> holds then as well: the shorter one ends the relay.
/// </param>
/// <param name="Liveness">How vanished peers are noticed; null (default) for <see cref="PeerLiveness.Default"/>, which costs no system call.</param>
/// <param name="SilentFor">It has been silent for so long already. Zero (default): it begins with the relay.</param>
internal readonly record struct RelayTimeouts(TimeSpan Idle, TimeSpan HalfClose, PeerLiveness? Liveness = null, TimeSpan SilentFor = default);
