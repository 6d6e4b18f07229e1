namespace Proxify.Model;

/// <summary>The one field through which a reload reaches running sessions: written whole, read without a lock.</summary>
internal sealed class ModelHolder(ProxyModel initial)
{
    private volatile ProxyModel _current = initial;
    private volatile Task _settled = Task.CompletedTask;

    public ProxyModel Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>
    /// Completes when no change is under way. New ports open before the new model is in force, so a connection that finds no route meanwhile waits for this and looks again.
    /// </summary>
    public Task Settled => _settled;

    /// <summary>Marks a change as under way until the result is disposed. One at a time.</summary>
    public IDisposable BeginChange()
    {
        var change = new Change();
        _settled = change.Completed;
        return change;
    }

    private sealed class Change : IDisposable
    {
        private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Completed => _completed.Task;

        public void Dispose() => _completed.TrySetResult();
    }
}
