using Proxify.Configuration;
using Proxify.Health;
using Proxify.Prefaces;
using Proxify.Tls;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>An app's health settings with nothing left open.</summary>
internal static class EffectiveHealth
{
    /// <param name="appConfig">The app.</param>
    /// <param name="proxy">What holds where the app sets nothing.</param>
    /// <param name="source">Where the app's dials come from. A check has no client: it comes from an address that is given, or as the kernel chooses.</param>
    /// <param name="header">What the app's targets get first; null: nothing.</param>
    /// <param name="tls">TLS with the app's targets; null: there is none.</param>
    public static HealthSettings Of(AppConfig appConfig, HealthConfig proxy, DialSource? source, SentHeader? header, ClientTls? tls)
    {
        var app = appConfig.Health;
        return new HealthSettings
        {
            Check = HealthOptions.Active.Of(app, proxy) ? Check(appConfig, proxy, source is { IsClient: true } ? null : source, header, tls) : null,
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

    private static CheckSettings Check(AppConfig appConfig, HealthConfig proxy, DialSource? source, SentHeader? header, ClientTls? tls)
    {
        var app = appConfig.Health;
        var check = new CheckSettings(
            HealthOptions.Send.Of(app, proxy), HealthOptions.Expect.Of(app, proxy), HealthOptions.Address.Find(app, proxy), HealthOptions.Port.Find(app, proxy))
        {
            Source = source,
        };
        // As with HAProxy, what goes to the target itself goes as sessions do; what answers in another place is known to nobody.
        var type = HealthOptions.Type.Find(app, proxy) ?? (tls is not null && check.IsOfTargetItself ? CheckType.Tls : CheckType.Tcp);
        return check with
        {
            Header = check.IsOfTargetItself ? header : null,
            Type = CheckTable.Find(ConfigWords.Checks.WordOf(type)),
            Tls = type == CheckType.Tls ? tls ?? ClientTls.Anybody : null,
            StartsAsPostgres = appConfig.StartTls == StartTlsProtocol.Postgres,
        };
    }

    private static TimeSpan? UnlessOff(TimeSpan value) => value == Timeout.InfiniteTimeSpan ? null : value;
}
