using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>What a <see cref="Registry{T}"/> knows while it lives, and what may be told to end.</summary>
internal abstract class Registered<T> : IEnding
    where T : Registered<T>
{
    // The registry's links; guarded by its lock.
    internal T? Next { get; set; }

    internal T? Previous { get; set; }

    public abstract TimeSpan Drain { get; }

    public abstract void Abort(TerminationReason reason);
}
