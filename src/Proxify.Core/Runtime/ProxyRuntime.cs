using Proxify.Admission;
using Proxify.Resolution;

namespace Proxify.Runtime;

/// <summary>
/// What is in force, and the only one that changes it: it puts models in force, takes up what names answer, and tells one observer which apps that has changed.
/// Sessions read <see cref="Current"/> and <see cref="AppState.Group"/> without a lock.
/// </summary>
internal sealed class ProxyRuntime
{
    private readonly IRuntimeObserver? _observer;
    private readonly AnsweredNames _answered;
    private readonly Lock _changing = new();
    private ILookup<ResolvedName, AppModel> _appsOfName = null!;
    private volatile ProxyModel _current = null!;
    private long _generation = 1;
    private volatile Task _settled = Task.CompletedTask;

    /// <param name="initial">In force at once; the observer is not told of it.</param>
    /// <param name="observer">Told of every change. Null: nobody is.</param>
    public ProxyRuntime(ProxyModel initial, IRuntimeObserver? observer = null)
    {
        _observer = observer;
        _answered = new AnsweredNames(TakeUp);
        Enter(RuntimeChange.Between(null, initial));
    }

    /// <summary>The model in force.</summary>
    public ProxyModel Current => _current;

    /// <summary>How many models have been in force: changes of the config and at run time, not what names answer.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>
    /// Completes when no change is under way. New ports open before the new model is in force, so a connection that finds no route meanwhile waits for this and
    /// looks again.
    /// </summary>
    public Task Settled => _settled;

    /// <summary>Marks a change as under way until the result is disposed. One at a time.</summary>
    public IDisposable BeginChange()
    {
        var change = new Change();
        _settled = change.Completed;
        return change;
    }

    /// <summary>Puts a model in force that was built after the current one. It takes up what names have answered since it was built.</summary>
    /// <exception cref="Exception">The observer's: the model before is in force again, and the observer has been told.</exception>
    public void PutInForce(ProxyModel next)
    {
        lock (_changing)
        {
            var previous = _current;
            try
            {
                Enter(RuntimeChange.Between(previous, next), _observer);
                Interlocked.Increment(ref _generation);
            }
            catch
            {
                Enter(RuntimeChange.Between(next, previous), _observer);
                throw;
            }
        }
    }

    /// <summary>Called when a name has answered: gives the apps that it is a target of their new groups, at once or together with other names.</summary>
    public void TakeAnswer(ResolvedName name) => _answered.Add(name);

    private void Enter(RuntimeChange change, IRuntimeObserver? observer = null)
    {
        var model = change.Model;
        foreach (var app in change.Added.Concat(change.Changed))
            Regroup(app);
        if (model.Pool is { } pool)
        {
            RegroupLater(pool);
            pool.State.AccessLog = pool.AccessLog;
        }

        _appsOfName = model.Apps.SelectMany(app => app.Names.Select(name => (name, app))).ToLookup(a => a.name, a => a.app);
        _current = model;

        // What is counted beyond one model goes by this one's limits from now on, also for sessions that wait under older ones: otherwise they would keep those
        // behind them waiting.
        model.State.Sessions.Limit = model.Limits.Sessions;
        foreach (var app in change.Added.Concat(change.Changed))
        {
            app.State.AccessLog = app.AccessLog;
            Admit(app);
        }

        observer?.OnChange(change);
    }

    /// <summary>The work is that of the apps concerned.</summary>
    private void TakeUp(IReadOnlyCollection<ResolvedName> names)
    {
        lock (_changing)
        {
            var apps = names.SelectMany(name => _appsOfName[name]).DistinctBy(app => app.State).ToList();
            if (apps.Count == 0)
                return;
            foreach (var app in apps)
            {
                Regroup(app);
                Admit(app);
            }

            if (_current.Pool is { } pool)
                RegroupLater(pool);
            _observer?.OnChange(RuntimeChange.Regroup(_current, apps));
        }
    }

    private static void Regroup(AppModel app)
    {
        var state = app.State;
        var group = TargetGroupBuilder.Build(app, state.HasGroup ? state.Group : null);
        // The endpoints' limits before any session can find them in the group.
        var admit = app.Limits.SessionsPerTarget == SessionSlots.Unlimited ? (Action?)null : state.Line.Admit;
        foreach (var (_, _, target) in group.Endpoints)
        {
            target.Load.Limit = app.Limits.SessionsPerTarget;
            target.Load.Freed = admit;
        }

        state.SetGroup(group);
        state.Targets.Keep(group.Endpoints);
    }

    /// <summary>
    /// All apps' endpoints at each answer would be work that grows with the square of the names, and only steering ever sends a session to the pool.
    /// </summary>
    private static void RegroupLater(AppModel pool)
    {
        var before = pool.State.HasGroup ? pool.State.Group : null;
        pool.State.SetGroup(new Lazy<TargetGroup>(() => TargetGroupBuilder.Build(pool, before)));
    }

    private static void Admit(AppModel app)
    {
        app.State.Sessions.Limit = app.Limits.Sessions;
        Interlocked.MemoryBarrier(); // limits first, then a look at who waits
        app.State.Line.Admit();
    }

    private sealed class Change : IDisposable
    {
        private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Completed => _completed.Task;

        public void Dispose() => _completed.TrySetResult();
    }
}
