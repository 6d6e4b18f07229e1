namespace Proxify.Peers.Contenders;

/// <summary>A contender at work; disposing ends it.</summary>
sealed class Relay(int port, ProcessHandle? process, bool sharesConnections = false) : IAsyncDisposable
{
    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port => port;

    /// <summary>Null without a proxy in between.</summary>
    public int? ProcessId => process?.Id;

    /// <summary>How many TCP sockets a session through it has on this machine: two ends for each hop that is its own.</summary>
    public int SocketsPerSession => process is null || sharesConnections ? 2 : 4;

    /// <summary>The processor time it has used so far; null without a proxy in between.</summary>
    public TimeSpan? Cpu => process is null ? null : CpuClock.Of(process.Id);

    public bool HasExited => process is { HasExited: true } || Watcher is { HasExited: true };

    /// <summary>What to say when it ended by itself.</summary>
    public BenchException Exited() => (Watcher is { HasExited: true } ? Watcher : process!).Exited();

    /// <summary>Who looks at it meanwhile; null: nobody.</summary>
    public ProcessHandle? Watcher { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (Watcher is not null)
            await Watcher.DisposeAsync();
        if (process is not null)
            await process.DisposeAsync();
    }
}
