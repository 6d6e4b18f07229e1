namespace Proxify.Peers.Contenders;

/// <summary>A contender at work; disposing ends it.</summary>
sealed class Relay(int port, ProcessHandle? process) : IAsyncDisposable
{
    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port => port;

    /// <summary>Null without a proxy in between.</summary>
    public int? ProcessId => process?.Id;

    /// <summary>How many TCP sockets a session through it has on this machine: two ends for each hop.</summary>
    public int SocketsPerSession => process is null ? 2 : 4;

    /// <summary>The processor time it has used so far; null without a proxy in between.</summary>
    public TimeSpan? Cpu => process is null ? null : CpuClock.Of(process.Id);

    public bool HasExited => process is { HasExited: true };

    /// <summary>What to say when it ended by itself.</summary>
    public BenchException Exited() => process!.Exited();

    public ValueTask DisposeAsync() => process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
