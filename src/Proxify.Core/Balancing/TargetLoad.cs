namespace Proxify.Balancing;

/// <summary>
/// What picking reads of a target. A plain number rather than a striped one: it is written twice in a session's life, but read, with those of all other
/// targets, by each pick of <c>least-connections</c>; packed close together, a thousand of them fit the processor's first cache.
/// </summary>
internal sealed class TargetLoad
{
    private int _sessions;
    private volatile bool _isAvailable = true;
    private volatile WarmUp? _warmUp;
    private volatile int _limit = int.MaxValue;

    /// <summary>Live sessions, those included that are still being connected.</summary>
    public int SessionsActive => Volatile.Read(ref _sessions);

    /// <summary>Whether new sessions may go to the target. Default: true.</summary>
    public bool IsAvailable
    {
        get => _isAvailable;
        set
        {
            _isAvailable = value;
            if (!value)
                return;
            Interlocked.MemoryBarrier(); // whoever is told looks only after that
            Freed?.Invoke();
        }
    }

    /// <summary>As many live sessions it may have. A lower limit cuts none. Default: no limit.</summary>
    public int Limit
    {
        get => _limit;
        set => _limit = value;
    }

    /// <summary>It gets no more sessions until one has left.</summary>
    public bool IsFull => SessionsActive >= _limit;

    /// <summary>Called when the target may have come to take sessions again, if anybody may be waiting for that; on any thread. Null: nobody may.</summary>
    public Action? Freed { get; set; }

    /// <summary>
    /// A session is on its way to the target: before the dial, so that a burst of sessions does not find the same target free. False if it is full.
    /// </summary>
    public bool TryEnter()
    {
        for (var sessions = Volatile.Read(ref _sessions); sessions < _limit;)
        {
            var found = Interlocked.CompareExchange(ref _sessions, sessions + 1, sessions);
            if (found == sessions)
                return true;
            sessions = found;
        }

        return false;
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _sessions);
        Freed?.Invoke();
    }

    /// <summary>
    /// Live sessions as they compare with those of others: while the endpoint warms up, each counts for as many as it will bear when warm. An idle one is idle.
    /// </summary>
    public long EffectiveSessions => Share is < 1 and var share ? (long)(SessionsActive / share) : SessionsActive;

    /// <summary>
    /// Slow start: from now on the endpoint takes a growing part of what its weight gives it, and after <paramref name="duration"/> all of it.
    /// </summary>
    public void BeginWarmUp(TimeSpan duration, TimeProvider timeProvider) => _warmUp = duration > TimeSpan.Zero ? new WarmUp(duration, timeProvider) : null;

    /// <summary>
    /// Whether an endpoint whose turn it is takes it: while it warms up, only its share of them, by chance. Who finds no other endpoint need not ask.
    /// </summary>
    public bool TakesTurn() => Share is var share && (share >= 1 || Random.Shared.NextDouble() < share);

    private double Share
    {
        get
        {
            if (_warmUp is not { } warmUp)
                return 1;
            var share = warmUp.Share;
            if (share >= 1)
                Interlocked.CompareExchange(ref _warmUp, null, warmUp); // unless another one has begun
            return share;
        }
    }
}
