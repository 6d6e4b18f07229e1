using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Health;

/// <summary>
/// Which of an app's targets may be picked: those that are up; or everybody, in panic: when too few are up, trying a target that is probably bad is better than
/// refusing the client. Called under the app's gate.
/// </summary>
internal sealed class Panic(string app, TimeProvider timeProvider, ILogger logger)
{
    private readonly LogThrottle _lines = HealthLog.Throttle();
    private bool _isOn;
    private bool _hasSaidSo;

    /// <summary>Sets who may be picked, after each change of a target's status.</summary>
    public void Publish(HealthMember[] members, HealthSettings settings)
    {
        var up = Count(members);
        // Backups are there for a day on which all others are down; only with them gone as well is everybody tried. Where all are drained nobody is missed.
        var isAnybodyMissed = Array.Exists(members, m => m.TakesSessions);
        var isOn = isAnybodyMissed && (up.Own == 0 ? up.Backups == 0 : up.Own < settings.PanicBelow * up.OwnOfAll);
        // Those who may be picked are told first, so that nobody meets a moment at which there is none.
        foreach (var pass in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (var (target, _, isBackup) in members)
            {
                var isAvailable = target.IsUp || (isOn && (up.Own == 0 || !isBackup));
                if (isAvailable == pass && target.Load.IsAvailable != isAvailable)
                    target.Load.IsAvailable = isAvailable;
            }
        }

        // That all are drained brings none of them back: what was said of panic holds until there are some again that take sessions.
        if (isOn != _isOn && isAnybodyMissed)
            Log(_isOn = isOn, members.Length, up);
    }

    private void Log(bool isOn, int targets, (int OwnOfAll, int Own, int Backups) up)
    {
        // Of an app's only target enough is said already, and nothing is over that was not said.
        if (isOn ? targets < 2 : !_hasSaidSo)
            return;
        _hasSaidSo = false;
        if (!_lines.TryPass(timeProvider, HealthLog.OneLinePer, out var suppressed))
            return;
        if (isOn)
            HealthLog.Panic(logger, app, up.Own, up.OwnOfAll, suppressed);
        else
            HealthLog.PanicOver(logger, app, up.Own + up.Backups, targets, suppressed);
        _hasSaidSo = isOn;
    }

    /// <summary>Targets that take sessions: all that are no backups, those of them that are up, and the backups that are up.</summary>
    private static (int OwnOfAll, int Own, int Backups) Count(HealthMember[] members)
    {
        var (all, own, backups) = (0, 0, 0);
        foreach (var (target, takesSessions, isBackup) in members)
        {
            if (!takesSessions)
                continue;
            if (isBackup)
            {
                backups += target.IsUp ? 1 : 0;
                continue;
            }

            all++;
            own += target.IsUp ? 1 : 0;
        }

        return (all, own, backups);
    }
}
