using Proxify.Resolution;

namespace Proxify.Runtime;

/// <summary>The one field through which a reload reaches running sessions: written whole, read without a lock.</summary>
internal sealed class ModelHolder
{
    private readonly Lock _changing = new();
    private readonly List<ResolvedName> _answered = [];
    private bool _isTakingAnswers;
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
            lock (_changing)
            {
                value.TakeAnswers();
                _current = value;
                value.PutLimitsInForce();
            }

            Changed?.Invoke();
        }
    }

    /// <summary>Called when another model is in force.</summary>
    public Action? Changed { get; set; }

    /// <summary>Called when names have answered: the model that was in force, and those of its apps that may have other groups. One call at a time.</summary>
    public Action<ProxyModel, IReadOnlyCollection<AppModel>>? Regrouped { get; set; }

    /// <summary>
    /// Completes when no change is under way. New ports open before the new model is in force, so a connection that finds no route meanwhile waits for this and
    /// looks again.
    /// </summary>
    public Task Settled => _settled;

    /// <summary>
    /// Called when a name has answered: gives the apps that it is a target of their new groups. Of answers that come at the same time one caller takes up all,
    /// and the others do not wait for it: what is to be done once for all of them, such as the pool, does not cost more the more names there are.
    /// </summary>
    public void TakeAnswer(ResolvedName name)
    {
        lock (_answered)
        {
            _answered.Add(name);
            if (_isTakingAnswers)
                return;
            _isTakingAnswers = true;
        }

        try
        {
            while (NextAnswers() is { Length: > 0 } names)
            {
                try
                {
                    TakeAnswers(names);
                }
                finally
                {
                    foreach (var taken in names)
                        taken.CompleteFirstAnswer();
                }
            }
        }
        catch
        {
            // A defect must not be the end of all answers: the next one takes up also those that are left.
            lock (_answered)
                _isTakingAnswers = false;
            throw;
        }
    }

    private ResolvedName[] NextAnswers()
    {
        lock (_answered)
        {
            ResolvedName[] names = [.. _answered];
            _answered.Clear();
            _isTakingAnswers = names.Length > 0;
            return names;
        }
    }

    private void TakeAnswers(ResolvedName[] names)
    {
        ProxyModel model;
        IReadOnlyCollection<AppModel> apps;
        lock (_changing)
        {
            model = _current;
            apps = model.TakeAnswers(names);
        }

        if (apps.Count > 0)
            Regrouped?.Invoke(model, apps);
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
