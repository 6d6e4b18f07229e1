using Proxify.Configuration;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>An app's timeouts with nothing left open.</summary>
internal sealed record EffectiveTimeouts(TimeSpan Connect, RelayTimeouts Relay, TimeSpan Drain)
{
    public static EffectiveTimeouts Of(TimeoutsConfig app, TimeoutsConfig proxy)
    {
        var defaults = TimeoutsConfig.Defaults;
        TimeSpan Value(Func<TimeoutsConfig, TimeSpan?> timeout) => timeout(app) ?? timeout(proxy) ?? timeout(defaults)!.Value;

        var liveness = new PeerLiveness(Value(t => t.KeepAlive), Value(t => t.KeepAliveInterval), Value(t => t.Unacknowledged));
        // Every socket begins with the default: what is the same needs no system call.
        var relay = new RelayTimeouts(
            Value(t => t.Idle), Value(t => t.HalfClose), liveness.Options.SequenceEqual(PeerLiveness.Default.Options) ? null : liveness);
        return new(Value(t => t.Connect), relay, Value(t => t.Drain));
    }
}
