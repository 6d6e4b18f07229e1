namespace Proxify.Model;

/// <summary>The one field through which a reload reaches running sessions: written whole, read without a lock.</summary>
internal sealed class ModelHolder
{
    private readonly Lock _answers = new();
    private volatile ProxyModel _current;
    private volatile Task _settled = Task.CompletedTask;

    public ModelHolder(ProxyModel initial)
    {
        _current = initial;
        initial.TakeAnswers();
        initial.PutLimitsInForce();
    }

    /// <summary>A model that comes into force takes up first what names have answered since it was built.</summary>
    public ProxyModel Current
    {
        get => _current;
        set
        {
            lock (_answers)
            {
                value.TakeAnswers();
                _current = value;
                value.PutLimitsInForce();
            }

            Changed?.Invoke();
        }
    }

    /// <summary>Called when another model is in force, and when apps may have other groups: by one reload and any number of names at once.</summary>
    public Action? Changed { get; set; }

    /// <summary>
    /// Completes when no change is under way. New ports open before the new model is in force, so a connection that finds no route meanwhile waits for this and looks again.
    /// </summary>
    public Task Settled => _settled;

    /// <summary>Called when a name has answered: gives the apps that it is a target of their new groups.</summary>
    public void TakeAnswers()
    {
        lock (_answers)
        {
            _current.TakeAnswers();
            _current.PutLimitsInForce();
        }

        Changed?.Invoke();
    }

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
