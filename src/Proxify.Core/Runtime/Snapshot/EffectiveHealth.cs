using Proxify.Configuration;
using Proxify.Health;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>An app's health settings with nothing left open.</summary>
internal static class EffectiveHealth
{
    /// <param name="appConfig">The app.</param>
    /// <param name="proxy">What holds where the app sets nothing.</param>
    /// <param name="source">Where the app's dials come from. A check has no client: it comes from an address that is given, or as the kernel chooses.</param>
    public static HealthSettings Of(AppConfig appConfig, HealthConfig proxy, DialSource? source)
    {
        var app = appConfig.Health;
        return new HealthSettings
        {
            Check = HealthOptions.Active.Of(app, proxy) ? Check(app, proxy, source is { IsClient: true } ? null : source) : null,
            Interval = HealthOptions.Interval.Of(app, proxy),
            FastInterval = HealthOptions.FastInterval.Of(app, proxy),
            CheckTimeout = HealthOptions.Timeout.Of(app, proxy),
            Rise = HealthOptions.Rise.Of(app, proxy),
            Fall = HealthOptions.Fall.Of(app, proxy),
            EjectAfter = HealthOptions.EjectAfter.Of(app, proxy),
            FailureRate = HealthOptions.FailureRate.Of(app, proxy),
            FailureWindow = HealthOptions.FailureWindow.Of(app, proxy),
            FailureTries = HealthOptions.FailureTries.Of(app, proxy),
            EjectFor = HealthOptions.EjectFor.Of(app, proxy),
            EjectMax = HealthOptions.EjectMax.Of(app, proxy),
            FirstByte = UnlessOff(HealthOptions.FirstByte.Of(app, proxy)),
            EarlyClose = UnlessOff(HealthOptions.EarlyClose.Of(app, proxy)),
            PanicBelow = HealthOptions.PanicBelow.Of(app, proxy),
            SlowStart = appConfig.SlowStart,
            ResetOnDown = Within(HealthOptions.OnDown.Of(app, proxy)),
            ResetOnRemove = Within(HealthOptions.OnRemove.Of(app, proxy)),
        };

        TimeSpan? Within(SessionsFate fate) => fate switch
        {
            SessionsFate.Drain => HealthOptions.DownDrain.Of(app, proxy),
            SessionsFate.Reset => TimeSpan.Zero,
            _ => null,
        };
    }

    private static CheckSettings Check(HealthConfig app, HealthConfig proxy, DialSource? source) => new(
        HealthOptions.Send.Of(app, proxy), HealthOptions.Expect.Of(app, proxy), HealthOptions.Address.Find(app, proxy), HealthOptions.Port.Find(app, proxy))
    {
        Source = source,
        Type = CheckTable.Find(ConfigWords.Checks.WordOf(HealthOptions.Type.Of(app, proxy))),
    };

    private static TimeSpan? UnlessOff(TimeSpan value) => value == Timeout.InfiniteTimeSpan ? null : value;
}
