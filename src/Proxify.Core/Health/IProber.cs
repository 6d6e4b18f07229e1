namespace Proxify.Health;

/// <summary>Makes checks. Called by one thread at a time.</summary>
internal interface IProber : IDisposable
{
    /// <summary>Begins a check; the task is completed before this returns, by <see cref="Collect"/>, or by any thread.</summary>
    void Begin(CheckTask task);

    /// <summary>Completes what has ended meanwhile.</summary>
    /// <returns>Whether some is still under way that only this will notice.</returns>
    bool Collect();
}
