using System.Globalization;
using System.Net;

namespace Proxify.SystemTests.Cluster;

/// <summary>One machine of the lab: a network of its own, and what runs there.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private readonly List<RunningProcess> _started = [];

    private Machine(string name, Netns network)
    {
        Name = name;
        Network = network;
        Directory = System.IO.Directory.CreateTempSubdirectory($"proxify-{name}-").FullName;
    }

    public string Name { get; }

    public Netns Network { get; }

    /// <summary>Its files.</summary>
    public string Directory { get; }

    /// <summary>Of a proxy, on the side of the clients.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Of a proxy, as targets see it.</summary>
    public IPAddress? BackAddress { get; init; }

    public static async Task<Machine> CreateAsync(string name, string address, string? backAddress = null) => new(name, await Netns.CreateAsync())
    {
        Address = IPAddress.Parse(address),
        BackAddress = backAddress is null ? null : IPAddress.Parse(backAddress),
    };

    /// <summary>Commands of ip(8).</summary>
    public async Task IpAsync(params string[] commands) =>
        (await RunningProcess.RunAsync([Tool.Require("ip", "iproute2"), "-n", Network.Name, "-batch", "-"], string.Join('\n', commands) + '\n')).Succeeded();

    public async Task<string> RunAsync(params string[] command) => (await RunningProcess.RunAsync(Network.Wrap(command))).Succeeded().Output;

    /// <summary>Starts what runs until the lab ends, or the machine.</summary>
    public RunningProcess Start(params IEnumerable<string> command)
    {
        var process = RunningProcess.Start(Network.Wrap(command), Directory);
        _started.Add(process);
        return process;
    }

    public string Write(string file, string text)
    {
        var path = Path.Combine(Directory, file);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Every process that runs here ends, with no time for a word.</summary>
    public async Task KillAllAsync()
    {
        while ((await RunningProcess.RunAsync([Tool.Require("ip", "iproute2"), "netns", "pids", Network.Name])).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } ids)
        {
            foreach (var id in ids)
                _ = Posix.Kill(int.Parse(id, CultureInfo.InvariantCulture), Posix.SigKill);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAllAsync();
        foreach (var process in _started)
            await process.DisposeAsync();
        Network.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
