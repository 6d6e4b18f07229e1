using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Tls;

/// <summary>Logs 30, 7 and 1 days before something in an app's TLS files expires, and when it has: each of them once.</summary>
internal sealed class ExpiryNotices(TimeProvider clock, ILogger logger)
{
    private Dictionary<(string App, Validity Validity), int> _told = [];

    public void Look(IEnumerable<HotContext> contexts)
    {
        var now = clock.GetUtcNow();
        var told = new Dictionary<(string App, Validity Validity), int>();
        foreach (var context in contexts)
        {
            foreach (var validity in context.Files.Validities)
            {
                if (validity.NoticeAt(now) is { } days && told.TryAdd((context.App, validity), days)
                    && _told.GetValueOrDefault((context.App, validity), int.MaxValue) > days)
                {
                    Tell(context.App, validity, days);
                }
            }
        }

        _told = told;
    }

    private void Tell(string app, Validity validity, int days)
    {
        if (days == 0)
            TlsLog.TlsFileExpired(logger, app, validity.What, validity.File, validity.Until);
        else
            TlsLog.TlsFileExpires(logger, app, validity.What, validity.File, Count.Of(days, "day"), validity.Until);
    }
}
