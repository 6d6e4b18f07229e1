using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Proxify.SystemTests.Transparent;

/// <summary>
/// Three machines in a row: a client, the proxy between two networks, and a target whose default route leads through the proxy's. With strict reverse path
/// filters.
/// </summary>
internal sealed partial class TransparentLab : IAsyncDisposable
{
    public const string ClientIPv4 = "10.1.0.2", ProxyIPv4 = "10.1.0.1", TargetIPv4 = "10.2.0.2";
    public const string ClientIPv6 = "fd01::2", ProxyIPv6 = "fd01::1", TargetIPv6 = "fd02::2";

    /// <summary>The port of the target's service.</summary>
    public const int ServicePort = 80;

    private readonly Netns _proxy;
    private readonly Netns _client;
    private readonly Netns _target;
    private readonly List<RunningProcess> _services = [];

    private TransparentLab(Lab lab, Netns proxy, Netns client, Netns target)
    {
        Lab = lab;
        _proxy = proxy;
        _client = client;
        _target = target;
    }

    /// <summary>The proxy's machine.</summary>
    public Lab Lab { get; }

    public static async Task<TransparentLab> CreateAsync()
    {
        var (lab, proxy) = await Lab.CreateWithNetnsAsync();
        var net = new TransparentLab(lab, proxy, await Netns.CreateAsync(), await Netns.CreateAsync());
        await net.ConnectAsync(net._client, "eth0", ["10.1.0.1/24", "fd01::1/64"], ["10.1.0.2/24", "fd01::2/64"]);
        await net.ConnectAsync(net._target, "eth1", ["10.2.0.1/24", "fd02::1/64"], ["10.2.0.2/24", "fd02::2/64"]);
        await ShellAsync(net._target, "ip route replace default via 10.2.0.1; ip -6 route replace default via fd02::1");
        await ShellAsync(proxy, "for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 1 > $f; done");
        return net;
    }

    /// <summary>On the proxy's machine, the rules that docs/transparent.md gives under this name.</summary>
    public Task ApplyRulesAsync(string name)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "transparent.md"));
        var rules = Rules().Matches(page).Single(match => match.Groups[1].Value == name).Groups[2].Value;
        _ = Tool.Require("nft", "nftables");
        return ShellAsync(_proxy, rules);
    }

    /// <summary>Runs commands on the proxy's machine.</summary>
    public Task ShellAsync(string commands) => ShellAsync(_proxy, commands);

    /// <summary>A service of the target's that echoes, and writes down whom it has accepted.</summary>
    public Task<RunningProcess> StartServiceAsync(bool ipv6 = false, int port = ServicePort) => StartServiceAsync(_target, ipv6, port);

    /// <summary>The same on the proxy's own machine.</summary>
    public Task<RunningProcess> StartLocalServiceAsync(bool ipv6, int port) => StartServiceAsync(_proxy, ipv6, port);

    /// <summary>Connects as the client.</summary>
    /// <param name="port">The proxy's.</param>
    /// <param name="ipv6">To its IPv6 address.</param>
    /// <param name="from">The client's own port; 0: of the kernel's choice.</param>
    public Task<Peer> ConnectAsync(int port, bool ipv6 = false, int from = 0)
    {
        var socket = _client.Make(() => new Socket(ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        if (from != 0)
        {
            // As of a client that uses a port again: it may, towards another endpoint or when its own TIME_WAIT is over.
            socket.SetRawSocketOption(1, 2, [1, 0, 0, 0]); // SOL_SOCKET, SO_REUSEADDR
            socket.Bind(new IPEndPoint(IPAddress.Parse(ipv6 ? ClientIPv6 : ClientIPv4), from));
        }

        return Peer.ConnectAsync(socket, new IPEndPoint(IPAddress.Parse(ipv6 ? ProxyIPv6 : ProxyIPv4), port), incoming: Payload.FromClient);
    }

    /// <summary>Connects as a client that is reset. The RST may be there before connect(2) has returned.</summary>
    public async Task ExpectResetAsync(int port, bool ipv6 = false)
    {
        try
        {
            using var client = await ConnectAsync(port, ipv6);
            await client.ExpectResetAsync();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.NotConnected)
        {
        }
    }

    /// <summary>Whom a service has accepted, in order; waits until there are so many.</summary>
    public static async Task<List<IPEndPoint>> AcceptedAsync(RunningProcess service, int count)
    {
        var seen = 0;
        await service.Errors.WaitAsync(line => Accepted().IsMatch(line) && ++seen == count, what: $"{count} accepted connections");
        return [.. service.Errors.Lines.Select(static line => Accepted().Match(line)).Where(static match => match.Success)
            .Select(static match => IPEndPoint.Parse(match.Groups[1].Value))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
            await service.DisposeAsync();
        await Lab.DisposeAsync();
        _client.Dispose();
        _target.Dispose();
    }

    private async Task ConnectAsync(Netns other, string name, string[] ours, string[] theirs)
    {
        await ShellAsync(_proxy, $"ip link add {name} type veth peer name eth0 netns {other.Name}");
        foreach (var (netns, link, addresses) in new[] { (_proxy, name, ours), (other, "eth0", theirs) })
            await ShellAsync(netns, $"ip addr add {addresses[0]} dev {link}; ip addr add {addresses[1]} dev {link} nodad; ip link set {link} up");
    }

    private async Task<RunningProcess> StartServiceAsync(Netns netns, bool ipv6, int port)
    {
        var service = RunningProcess.Start(netns.Wrap(
            Tool.Require("socat", "socat"), "-d", "-d", ipv6 ? $"TCP6-LISTEN:{port},fork,ipv6only=1" : $"TCP4-LISTEN:{port},fork", "PIPE"));
        _services.Add(service);
        await service.Errors.WaitAsync(static line => line.Contains("listening on", StringComparison.Ordinal));
        return service;
    }

    private static async Task ShellAsync(Netns netns, string commands) =>
        (await RunningProcess.RunAsync(netns.Wrap("sh", "-e", "-c", $"PATH=$PATH:/usr/sbin:/sbin; {commands}"))).Succeeded();

    [GeneratedRegex(@"<!-- rules: ([a-z ]+) -->\n```\n(.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex Rules();

    [GeneratedRegex(@"accepting connection from AF=\d+ (\S+) on", RegexOptions.None, 1000)]
    private static partial Regex Accepted();
}
