namespace Proxify.Transport.Uring;

/// <summary>Brings a session that awaited something foreign, such as a resolver, back to its worker.</summary>
internal sealed class WorkerSynchronizationContext(UringWorker worker) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => worker.Mailbox.Post(d, state);

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!worker.IsCurrent)
            throw new NotSupportedException("a worker is never waited for");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
