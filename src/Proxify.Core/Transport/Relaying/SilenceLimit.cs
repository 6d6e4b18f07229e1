namespace Proxify.Transport.Relaying;

/// <summary>
/// Says when a relay has been silent for too long, for both transports; in milliseconds of the transport's clock. Silence may be our own (stopped, starved,
/// frozen with the machine), so before anything ends the kernel is asked what we have not got round to. Bytes that are past us but have not arrived count as
/// traffic, too: a slow reader of the last megabytes is not silent. So what has been acknowledged is counted when half of the time is over, and again from then
/// on.
/// </summary>
internal sealed class SilenceLimit
{
    public const long Never = long.MaxValue;

    /// <summary>The silence has been too long.</summary>
    public const long Over = long.MinValue;

    /// <summary>How long a peer may take nothing of what the other one sent before it reset, where no timeout is shorter.</summary>
    private const long DeliverySilence = 30_000;

    /// <summary>And how long all of that may take, however steadily it is taken.</summary>
    private const long LongestDelivery = 3_600_000;

    /// <summary>A look that comes so late has been slept through.</summary>
    private const long Overslept = 1_000;

    private long _idle;
    private long _halfClose;
    private long _lastActivity;
    private long _deliverBefore;
    private long _prolongedTo;
    private long _acknowledged;
    private long _countedSince;
    private bool _isHalfClosed;

    public long LastActivity => Volatile.Read(ref _lastActivity);

    /// <summary>Which of the limits holds.</summary>
    public RelayEnd Kind => IsHalfCloseShorter ? RelayEnd.HalfCloseTimeout : RelayEnd.IdleTimeout;

    private bool IsHalfCloseShorter => _isHalfClosed && _halfClose != Never && _halfClose <= _idle;

    private long Limit => Math.Min(_deliverBefore == Never ? Never : DeliverySilence, IsHalfCloseShorter ? _halfClose : _idle);

    public void Start(RelayTimeouts timeouts, long now)
    {
        _idle = Milliseconds(timeouts.Idle);
        _halfClose = Milliseconds(timeouts.HalfClose);
        _deliverBefore = _prolongedTo = _countedSince = Never;
        _isHalfClosed = false;
        Touch(now - (long)timeouts.SilentFor.TotalMilliseconds);
    }

    /// <summary>A byte has moved.</summary>
    public void Touch(long now) => Volatile.Write(ref _lastActivity, now);

    /// <summary>One direction has ended.</summary>
    public void EnterHalfClose(long now)
    {
        _isHalfClosed = true;
        Touch(now);
    }

    /// <summary>One peer is gone: what is left is to deliver what it sent.</summary>
    public void EnterDelivery(long now)
    {
        _deliverBefore = now + LongestDelivery;
        EnterHalfClose(now);
    }

    /// <summary>When to look again; <see cref="Never"/>, or <see cref="Over"/>.</summary>
    public long Look(long now, IRelayQueues queues)
    {
        var limit = Limit;
        if (limit == Never)
            return Never;
        if (now >= _deliverBefore)
            return Over;
        var last = LastActivity;
        var silence = now - last;
        if (silence < limit / 2)
            return last + (limit / 2);
        var acknowledged = queues.AcknowledgedBytes;
        var hasMoved = acknowledged != _acknowledged && _countedSince == last;
        (_acknowledged, _countedSince) = (acknowledged, last);
        if (hasMoved || (silence >= limit && queues.HaveWork))
            return Prolong(now, now);
        if (silence < limit)
            return last + limit;
        // What waits no longer may just have been moved, by another thread.
        if (LastActivity is var latest && latest != last)
            return latest + (limit / 2);
        // Where the machine itself was away, what the peers have sent meanwhile comes only when they send it again. Once: the next look may be as late.
        if (silence >= limit + Overslept && last != _prolongedTo)
            return Prolong(now, _prolongedTo = now - (limit / 2));
        return Over;
    }

    private long Prolong(long now, long lastActivity)
    {
        _countedSince = lastActivity;
        Touch(lastActivity);
        return now + Math.Max(Limit / 2, 1);
    }

    private static long Milliseconds(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? Never : (long)Math.Ceiling(timeout.TotalMilliseconds);
}
