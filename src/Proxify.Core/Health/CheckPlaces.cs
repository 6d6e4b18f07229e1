namespace Proxify.Health;

/// <summary>The checks of an app that are under way, and those that wait until one of them is done. Guarded by the <see cref="CheckLoop"/>'s gate.</summary>
internal sealed class CheckPlaces
{
    /// <summary>At once: an app whose targets all hang shall not keep the checks of other apps waiting.</summary>
    public const int Most = 1_024;

    private readonly Queue<(CheckTask Task, long DueAt)> _waiting = [];
    private int _taken;

    /// <summary>False: the task waits, and <see cref="Leave"/> gives it back.</summary>
    public bool TryEnter(CheckTask task)
    {
        if (_taken < Most)
        {
            _taken++;
            return true;
        }

        _waiting.Enqueue((task, task.DueAt));
        return false;
    }

    /// <returns>Who has waited longest and still wants to be checked; it has to enter again.</returns>
    public CheckTask? Leave()
    {
        _taken--;
        while (_waiting.TryDequeue(out var next))
        {
            if (next.Task.IsQueuedFor(next.DueAt))
                return next.Task;
        }

        return null;
    }
}
