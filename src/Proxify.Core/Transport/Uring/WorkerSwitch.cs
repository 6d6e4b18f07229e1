using System.Runtime.CompilerServices;

namespace Proxify.Transport.Uring;

/// <summary>Awaiting this brings a flow of control onto the worker's thread.</summary>
internal readonly struct WorkerSwitch(UringWorker worker) : ICriticalNotifyCompletion
{
    public bool IsCompleted => worker.IsCurrent;

    public WorkerSwitch GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => worker.Mailbox.Post(static c => ((Action)c!)(), continuation);
}
