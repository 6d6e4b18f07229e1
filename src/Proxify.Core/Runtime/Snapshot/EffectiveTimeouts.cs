using Proxify.Configuration;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>An app's timeouts with nothing left open.</summary>
internal sealed record EffectiveTimeouts(TimeSpan Connect, TimeSpan Handshake, RelayTimeouts Relay, TimeSpan Drain)
{
    public static EffectiveTimeouts Of(TimeoutsConfig app, TimeoutsConfig proxy)
    {
        var liveness = new PeerLiveness(
            TimeoutsOptions.KeepAlive.Of(app, proxy), TimeoutsOptions.KeepAliveInterval.Of(app, proxy), TimeoutsOptions.Unacknowledged.Of(app, proxy));
        // Every socket begins with the default: what is the same needs no system call.
        var relay = new RelayTimeouts(
            TimeoutsOptions.Idle.Of(app, proxy), TimeoutsOptions.HalfClose.Of(app, proxy),
            liveness.Options.SequenceEqual(PeerLiveness.Default.Options) ? null : liveness);
        return new(TimeoutsOptions.Connect.Of(app, proxy), TimeoutsOptions.Handshake.Of(app, proxy), relay, TimeoutsOptions.Drain.Of(app, proxy));
    }
}
