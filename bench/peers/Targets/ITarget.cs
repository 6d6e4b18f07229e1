using Proxify.Peers.Load;

namespace Proxify.Peers.Targets;

/// <summary>A server, and what it is asked.</summary>
interface ITarget : IAsyncDisposable
{
    /// <summary>For the table.</summary>
    string Title { get; }

    /// <summary>As proxify's option <c>Protocol</c> names it.</summary>
    string Protocol { get; }

    Exchange Exchange { get; }

    /// <summary>Where it listens on 127.0.0.1; set by <see cref="StartAsync"/>.</summary>
    int Port { get; }

    /// <summary>It can tell what <see cref="CountsAsync"/> asks.</summary>
    bool Counts => false;

    int ProcessId { get; }

    /// <summary>The processor time that it has used so far.</summary>
    TimeSpan Cpu => CpuClock.Of(ProcessId);

    /// <summary>Starts it, and gives it all keys that it will be asked for.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>What it has counted so far; null where it does not count.</summary>
    Task<TargetCounts?> CountsAsync(CancellationToken cancellation) => Task.FromResult<TargetCounts?>(null);
}
