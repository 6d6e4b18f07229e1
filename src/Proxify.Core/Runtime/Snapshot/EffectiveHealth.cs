using Proxify.Configuration;
using Proxify.Health;

namespace Proxify.Runtime;

/// <summary>An app's health settings with nothing left open.</summary>
internal static class EffectiveHealth
{
    public static HealthSettings Of(AppConfig appConfig, HealthConfig proxy)
    {
        var app = appConfig.Health;
        var defaults = HealthConfig.Defaults;
        var firstByte = Value(h => h.FirstByte);
        var earlyClose = Value(h => h.EarlyClose);
        var drain = Value(h => h.DownDrain);
        var check = new CheckSettings(
            app.Send ?? proxy.Send ?? default, app.Expect ?? proxy.Expect ?? default, app.Address ?? proxy.Address, app.Port ?? proxy.Port)
        {
            Type = CheckTable.Find(HealthWords.Types[(int)Value(h => h.Type)]),
        };
        return new HealthSettings
        {
            Check = Value(h => h.Active) ? check : null,
            Interval = Value(h => h.Interval),
            FastInterval = Value(h => h.FastInterval),
            CheckTimeout = Value(h => h.Timeout),
            Rise = Value(h => h.Rise),
            Fall = Value(h => h.Fall),
            EjectAfter = Value(h => h.EjectAfter),
            FailureRate = Value(h => h.FailureRate),
            FailureWindow = Value(h => h.FailureWindow),
            FailureTries = Value(h => h.FailureTries),
            EjectFor = Value(h => h.EjectFor),
            EjectMax = Value(h => h.EjectMax),
            FirstByte = firstByte == Timeout.InfiniteTimeSpan ? null : firstByte,
            EarlyClose = earlyClose == Timeout.InfiniteTimeSpan ? null : earlyClose,
            PanicBelow = Value(h => h.PanicBelow),
            SlowStart = appConfig.SlowStart,
            ResetOnDown = Within(Value(h => h.OnDown)),
            ResetOnRemove = Within(Value(h => h.OnRemove)),
        };

        T Value<T>(Func<HealthConfig, T?> value)
            where T : struct => value(app) ?? value(proxy) ?? value(defaults)!.Value;

        TimeSpan? Within(SessionsFate fate) => fate switch
        {
            SessionsFate.Drain => drain,
            SessionsFate.Reset => TimeSpan.Zero,
            _ => null,
        };
    }
}
