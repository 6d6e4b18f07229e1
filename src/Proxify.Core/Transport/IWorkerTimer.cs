namespace Proxify.Transport;

/// <summary>A timer on a worker's thread.</summary>
internal interface IWorkerTimer
{
    bool IsSet { get; }

    /// <summary>Sets or moves it.</summary>
    /// <param name="milliseconds">Of <see cref="IWorker.Now"/>.</param>
    void Set(long milliseconds);

    void Stop();
}
