using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Proxify.SystemTests.Etcd;

/// <summary>Machines with a proxy each, all of which have one config, and one more with etcd and the targets. Each has a network of its own.</summary>
internal sealed class EtcdFleet : IAsyncDisposable
{
    /// <summary>Of etcd and the targets.</summary>
    public const string Address = "10.77.0.1";

    /// <summary>What is said for all apps. Targets are not asked how they are: they would have to tell that from sessions.</summary>
    private const string Whole = """{ "Admin": { "Socket": "admin.sock" }, "Health": { "Active": false } }""";

    private readonly List<Machine> _machines = [];
    private readonly List<PeerListener> _listeners = [];
    private readonly PeerListener _nobody;

    private EtcdFleet(Lab lab, EtcdServer etcd)
    {
        (Lab, Etcd) = (lab, etcd);
        Store = new Etcdctl(lab, $"{Address}:{etcd.Port}");
        Target = Listen();
        _nobody = Listen();
        (Port, OtherPort) = (lab.Port(), lab.Port());
    }

    /// <summary>Where etcd and the targets are.</summary>
    public Lab Lab { get; }

    public EtcdServer Etcd { get; }

    public Etcdctl Store { get; }

    public IReadOnlyList<Machine> Machines => _machines;

    /// <summary>The target of <c>app</c>.</summary>
    public PeerListener Target { get; }

    /// <summary>The port of <c>app</c>, on every machine.</summary>
    public int Port { get; }

    /// <summary>Of no app at first, on every machine.</summary>
    public int OtherPort { get; }

    /// <summary>The text of <c>app</c>.</summary>
    public string App => Text(Harness.Config.App("app", Port, $"{Target.Endpoint}"));

    /// <summary>The text of another app, at <see cref="OtherPort"/>; nobody answers there.</summary>
    public string OtherApp => Text(Harness.Config.App("other", OtherPort, $"{_nobody.Endpoint}"));

    /// <summary>Starts etcd, with a config of one app in it, and a proxy on each machine.</summary>
    public static async Task<EtcdFleet> StartAsync(int machines)
    {
        var (lab, netns) = await Lab.CreateWithNetnsAsync();
        await IpAsync("-n", netns.Name, "addr", "add", $"{Address}/32", "dev", "lo");
        var fleet = new EtcdFleet(lab, await EtcdServer.StartAsync(lab, new() { Address = Address }));
        await fleet.Store.PutAsync("/proxify/config", Whole);
        await fleet.Store.PutAsync("/proxify/apps/app", fleet.App);
        for (var i = 1; i <= machines; i++)
            fleet._machines.Add(await fleet.AddMachineAsync(netns, i));
        await fleet.EachAsync(static machine => machine.StartAsync());
        return fleet;
    }

    public static string Text(Config.AppText app) => JsonSerializer.Serialize(app.Json);

    /// <summary>More targets.</summary>
    public PeerListener Listen()
    {
        var listener = Lab.Listen(IPAddress.Parse(Address));
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Changes the config, and waits until every machine has.</summary>
    public async Task ReloadAsync(string key, string value)
    {
        var positions = _machines.Select(static machine => machine.Proxify.LogPosition).ToArray();
        await Store.PutAsync(key, value);
        foreach (var (machine, position) in _machines.Zip(positions))
            await machine.Proxify.WaitForEventAsync("ConfigReloaded", position);
    }

    public Task EachAsync(Func<Machine, Task> act) => Task.WhenAll(_machines.Select(act));

    /// <summary>A session of <c>app</c> through each machine.</summary>
    public async Task<LongSessions> OpenAsync()
    {
        var sessions = new LongSessions();
        foreach (var machine in _machines)
            await sessions.OpenAsync(machine.Lab, Port, Target);
        return sessions;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
            listener.Dispose();
        foreach (var machine in _machines)
            await machine.Lab.DisposeAsync();
        await Lab.DisposeAsync();
    }

    private async Task<Machine> AddMachineAsync(Netns etcd, int number)
    {
        var (lab, netns) = await Lab.CreateWithNetnsAsync();
        var (ours, theirs) = ($"10.77.{number}.1", $"10.77.{number}.2");
        await IpAsync("-n", etcd.Name, "link", "add", $"m{number}", "type", "veth", "peer", "name", "eth0", "netns", netns.Name);
        await IpAsync("-n", etcd.Name, "addr", "add", $"{ours}/24", "dev", $"m{number}");
        await IpAsync("-n", etcd.Name, "link", "set", $"m{number}", "up");
        await IpAsync("-n", netns.Name, "addr", "add", $"{theirs}/24", "dev", "eth0");
        await IpAsync("-n", netns.Name, "link", "set", "eth0", "up");
        await IpAsync("-n", netns.Name, "route", "add", "default", "via", ours);
        return new Machine(lab, $"m{number}", $"etcd://{Address}:{Etcd.Port}");
    }

    private static async Task IpAsync(params string[] words) => (await RunningProcess.RunAsync([Tool.Require("ip", "iproute2"), .. words])).Succeeded();
}
