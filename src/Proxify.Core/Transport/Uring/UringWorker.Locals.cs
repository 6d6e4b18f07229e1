namespace Proxify.Transport.Uring;

/// <summary>What others may do with the worker on its own thread.</summary>
internal sealed partial class UringWorker : IWorker
{
    private readonly Dictionary<object, object> _locals = [];

    IDictionary<object, object> IWorker.Locals => _locals;

    IWorkerTimer IWorker.NewTimer(Action expired) => new LocalTimer(this, expired);

    void IWorker.Post(Action callback) => Mailbox.Post(static callback => ((Action)callback!)(), callback);

    /// <summary>From any thread.</summary>
    public void Adopt(ConnectionState state, IConnectionHandler handler) => Mailbox.Post(
        _ =>
        {
            var session = new UringSession(this, handler);
            var client = new UringConnection(this, session, state.Descriptor, state.Remote);
            client.Restore(state);
            _ = session.RunAsync(client);
        },
        state: null);

    void IWorker.Originate(IConnectionHandler handler)
    {
        var session = new UringSession(this, handler);
        _ = session.RunAsync(new UringConnection(this, session));
    }

    private sealed class LocalTimer : IWorkerTimer, IExpiring
    {
        private readonly UringWorker _worker;
        private readonly Action _expired;
        private readonly WheelTimer _timer;

        public LocalTimer(UringWorker worker, Action expired)
        {
            _worker = worker;
            _expired = expired;
            _timer = new WheelTimer(this);
        }

        public bool IsSet => _timer.IsLinked;

        public void Set(long milliseconds) => _worker.Timers.Set(_timer, milliseconds);

        public void Stop() => _worker.Timers.Stop(_timer);

        public void OnExpired() => _expired();

        public void OnDefect(Exception exception) => OnOrphanException(exception);
    }
}
