using Proxify.Configuration;
using Proxify.Transport;

namespace Proxify.Model;

/// <summary>An app's timeouts with nothing left open.</summary>
public sealed record EffectiveTimeouts(TimeSpan Connect, RelayTimeouts Relay, TimeSpan Drain)
{
    public static EffectiveTimeouts Of(TimeoutsConfig app, TimeoutsConfig proxy)
    {
        var defaults = TimeoutsConfig.Defaults;
        TimeSpan Value(Func<TimeoutsConfig, TimeSpan?> timeout) => timeout(app) ?? timeout(proxy) ?? timeout(defaults)!.Value;

        return new(Value(t => t.Connect), new RelayTimeouts(Value(t => t.Idle), Value(t => t.HalfClose)), Value(t => t.Drain));
    }
}
