namespace Proxify.Balancing;

/// <summary>
/// What picking reads of a target. A plain number rather than a striped one: it is written twice in a session's life, but read, with those of all other targets,
/// by each pick of <c>least-connections</c>; packed close together, a thousand of them fit the processor's first cache.
/// </summary>
public sealed class TargetLoad
{
    private int _sessions;
    private volatile bool _isAvailable = true;

    /// <summary>Live sessions, those included that are still being connected.</summary>
    public int SessionsActive => Volatile.Read(ref _sessions);

    /// <summary>Whether new sessions may go to the target. Default: true.</summary>
    public bool IsAvailable
    {
        get => _isAvailable;
        set => _isAvailable = value;
    }

    /// <summary>A session is on its way to the target: before the dial, so that a burst of sessions does not find the same target free.</summary>
    public void Enter() => Interlocked.Increment(ref _sessions);

    public void Leave() => Interlocked.Decrement(ref _sessions);
}
