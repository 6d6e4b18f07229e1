using System.Globalization;
using Proxify.Peers.Load;

namespace Proxify.Peers.Targets;

/// <summary>redis: GET or SET of 64 bytes.</summary>
/// <param name="sets">SET; otherwise GET.</param>
/// <param name="coldKeys">How many keys there are of which each is asked for once: see <see cref="Exchange.ColdKeys"/>.</param>
sealed class RedisTarget(bool sets, int coldKeys = 0) : ITarget
{
    const string Key = $"key:{Exchange.Number}";

    static readonly string Set = $"*3\r\n$3\r\nSET\r\n$12\r\n{Key}\r\n$64\r\n{Exchange.Value}\r\n";

    ProcessHandle? _server;

    public string Title => sets ? "redis SET, 64 bytes" : "redis GET, 64 bytes";

    public string Protocol => "redis";

    /// <summary>For redis-benchmark.</summary>
    public string Test => sets ? "set" : "get";

    public Exchange Exchange { get; } = sets
        ? new(Set, "+OK\r\n")
        : new($"*2\r\n$3\r\nGET\r\n$12\r\n{Key}\r\n", $"$64\r\n{Exchange.Value}\r\n") { ColdKeys = coldKeys };

    public int Port { get; private set; }

    public bool Counts => true;

    public int ProcessId => _server!.Id;

    public async Task StartAsync(CancellationToken cancellation)
    {
        Port = Ports.Next();
        _server = ProcessHandle.Start(
            "redis-server", "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--tcp-backlog", "16384",
            "--protected-mode", "no");
        await Ports.WaitForListenerAsync(Port, _server, cancellation);
        // The key that redis-benchmark asks for when it is not told to vary it.
        await CliAsync(["SET", "key:__rand_int__", new string('x', Exchange.Value.Length)], cancellation);
        await Keys.FillAsync(Port, new Exchange(Set, "+OK\r\n"), Exchange.HotKeys + coldKeys, cancellation);
    }

    public async Task<TargetCounts?> CountsAsync(CancellationToken cancellation)
    {
        // cmdstat_get:calls=1000,usec=... and total_reads_processed:1000
        var info = (await CliAsync(["INFO", "everything"], cancellation)).Split('\n', StringSplitOptions.TrimEntries);
        return new(Number($"cmdstat_{Test}:calls="), Number("total_reads_processed:"));

        long Number(string name) => info.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[name.Length..].Split(',')[0], CultureInfo.InvariantCulture)
            : 0;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    Task<string> CliAsync(string[] command, CancellationToken cancellation) =>
        ProcessHandle.RunAsync("redis-cli", ["-e", "-p", $"{Port}", .. command], cancellation);
}
