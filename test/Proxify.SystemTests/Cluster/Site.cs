using System.Net;

namespace Proxify.SystemTests.Cluster;

/// <summary>
/// <code>
/// clients ── router ──┬── proxy 1 ──┬── targets
///                     ├── proxy 2 ──┤
///                  a switch     another one
/// </code>
/// Each a machine. The switches do not tell anybody that a machine is gone: links between switch and neighbour stay up.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private const int TargetCount = 4;

    private readonly List<Machine> _machines = [];
    private readonly List<Machine> _proxies = [];

    private Site(Machine clients, Machine router, Machine bridges, Machine targets)
    {
        (Clients, Router, Bridges, Targets) = (clients, router, bridges, targets);
        _machines.AddRange([clients, router, bridges, targets]);
    }

    /// <summary>One machine for all clients: every address of 198.18.0.0/16 is its own.</summary>
    public Machine Clients { get; }

    public Machine Router { get; }

    public Machine Targets { get; }

    public IReadOnlyList<Machine> Proxies => _proxies;

    private Machine Bridges { get; }

    /// <summary>One of 62,500 addresses.</summary>
    public static IPAddress Client(int number) => new([198, 18, (byte)(number / 250 % 250), (byte)((number % 250) + 1)]);

    public static async Task<Site> CreateAsync(int proxies)
    {
        var site = new Site(
            await Machine.CreateAsync("clients", "198.51.100.2"), await Machine.CreateAsync("router", "192.0.2.1"),
            await Machine.CreateAsync("switch", "0.0.0.0"), await Machine.CreateAsync("targets", "10.0.2.101"));
        await site.Bridges.IpAsync(
            "link add front type bridge forward_delay 0 mcast_snooping 0", "link set front up",
            "link add back type bridge forward_delay 0 mcast_snooping 0", "link set back up");
        await site.Clients.IpAsync(
            $"link add eth0 type veth peer name eth0 netns {site.Router.Network.Name}", "addr add 198.51.100.2/24 dev eth0", "link set eth0 up",
            "route add default via 198.51.100.1 dev eth0", "route add local 198.18.0.0/16 dev lo");
        await site.Router.IpAsync("addr add 198.51.100.1/24 dev eth0", "link set eth0 up", "route add 198.18.0.0/16 via 198.51.100.2 dev eth0");
        await site.PlugAsync(site.Router, "eth1", "front", "192.0.2.1/24");
        // Where there are several ways, both addresses and both ports decide which one a packet takes.
        await site.Router.RunAsync("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.fib_multipath_hash_policy=1");
        await site.PlugAsync(site.Targets, "eth0", "back", [.. Enumerable.Range(101, TargetCount).Select(static i => $"10.0.2.{i}/24")]);
        for (var i = 1; i <= proxies; i++)
            await site.AddProxyAsync(i);
        return site;
    }

    /// <summary>Gone at once, as by the power: neither its programs nor its network say so.</summary>
    public static async Task DieAsync(Machine proxy)
    {
        await proxy.IpAsync("link set eth0 down", "link set eth1 down");
        await proxy.KillAllAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in Enumerable.Reverse(_machines))
            await machine.DisposeAsync();
    }

    private async Task AddProxyAsync(int number)
    {
        var proxy = await Machine.CreateAsync($"proxy{number}", $"192.0.2.{10 + number}", $"10.0.2.{10 + number}");
        _machines.Add(proxy);
        _proxies.Add(proxy);
        await PlugAsync(proxy, "eth0", "front", $"{proxy.Address}/24");
        await PlugAsync(proxy, "eth1", "back", $"{proxy.BackAddress}/24");
        await proxy.IpAsync("route add default via 192.0.2.1 dev eth0");
    }

    private async Task PlugAsync(Machine machine, string link, string bridge, params string[] addresses)
    {
        var port = $"{bridge}-{machine.Name}";
        await Bridges.IpAsync($"link add {port} type veth peer name {link} netns {machine.Network.Name}", $"link set {port} master {bridge} up");
        await machine.IpAsync([.. addresses.Select(address => $"addr add {address} dev {link}"), $"link set {link} up"]);
    }
}
