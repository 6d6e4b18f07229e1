using Proxify.Runtime;

namespace Proxify.Sessions;

/// <summary>
/// Writes interim records of sessions that live long, for apps that want them. Sessions know nothing of it: it walks through them, a part at a time and so many
/// at a time, and who is due follows from a session's age.
/// </summary>
internal sealed class InterimRecords : IRuntimeObserver, IDisposable
{
    /// <summary>Of one tick. With <see cref="Tick"/> 10,000 records a second, which leaves most of the log's queue to all others.</summary>
    private const int MostWritten = 1000;

    private const int MostLookedAt = 50_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>An interval has this many walks: a record comes that much of it late at the most, while the walks keep up.</summary>
    private const int WalksPerInterim = 10;

    private readonly SessionRegistry _registry;
    private readonly AccessLog _log;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly long[] _copiedAt;
    private readonly List<Session> _sessions = [];
    private TimeSpan? _period;
    private int _part;
    private int _next;
    private long _before;

    public InterimRecords(SessionRegistry registry, AccessLog log, TimeProvider timeProvider)
    {
        _registry = registry;
        _log = log;
        _timeProvider = timeProvider;
        _copiedAt = new long[registry.Parts];
        _timer = timeProvider.CreateTimer(static records => ((InterimRecords)records!).Walk(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="model">In force.</param>
    public void Follow(ProxyModel model)
    {
        var period = model.Apps.Append(model.Pool).Min(app => app?.AccessLog.Interim) / WalksPerInterim;
        lock (_gate)
        {
            if (period is not null && _period is null)
                Array.Fill(_copiedAt, _timeProvider.GetTimestamp());
            if (period == _period)
                return;
            _period = period;
            Rewind();
            _timer.Change(period ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void OnChange(RuntimeChange change)
    {
        // Names answer often, and change nothing of this.
        if (change.Regrouped.Count == 0)
            Follow(change.Model);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _period = null;
            _timer.Dispose();
        }
    }

    private void Walk()
    {
        lock (_gate)
        {
            if (_period is { } period)
                _timer.Change(TryEndWalk() ? period : Tick, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>False: this tick has done its share, and there is more.</summary>
    private bool TryEndWalk()
    {
        var written = 0;
        for (var lookedAt = 0; lookedAt < MostLookedAt && written < MostWritten; lookedAt++)
        {
            while (_next == _sessions.Count)
            {
                if (_part == _registry.Parts)
                {
                    Rewind();
                    return true;
                }

                CopyPart(_part++);
            }

            var session = _sessions[_next++];
            if (IsDue(session, _copiedAt[_part - 1]) && _log.TryWriteInterim(session))
                written++;
        }

        return false;
    }

    private void Rewind()
    {
        _part = _next = 0;
        _sessions.Clear(); // those that end until the next walk are not to be kept
    }

    private void CopyPart(int part)
    {
        _next = 0;
        _sessions.Clear();
        _registry.CopyTo(_sessions, part);
        _before = _copiedAt[part];
        _copiedAt[part] = _timeProvider.GetTimestamp();
    }

    /// <summary>Whether its age has passed a multiple of the interval since its part was looked at before.</summary>
    private bool IsDue(Session session, long now) =>
        session.App.State.AccessLog.Interim is { } interim && Intervals(session, now, interim) > Intervals(session, _before, interim);

    private long Intervals(Session session, long at, TimeSpan interim) =>
        at <= session.StartedAt ? 0 : _timeProvider.GetElapsedTime(session.StartedAt, at).Ticks / interim.Ticks;
}
