using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests.Cluster;

/// <summary>With <c>source-hash</c> a client has its target whichever machine it comes through: nothing goes from one machine to the other for that.</summary>
public sealed class SourceHashClusterTests
{
    private const int ClientCount = 4_000;

    private static readonly string[] Targets =
    [
        """{ "Address": "10.0.2.101:9000", "Weight": 1 }""", """{ "Address": "10.0.2.102:9000", "Weight": 2 }""",
        """{ "Address": "10.0.2.103:9000", "Weight": 3 }""", """{ "Address": "10.0.2.104:9000", "Weight": 4 }""",
    ];

    [Fact(Explicit = true)]
    public async Task Every_client_has_its_target_through_every_machine_in_whatever_order_the_config_is_written()
    {
        await using var site = await Site.CreateAsync(3);
        using var targets = new EchoTargets(site.Targets);
        string[] apps = [App("web", 8000, Targets), App("other", 8001, Targets)];
        var upgraded = await ProxifyContender.StartAsync(site.Proxies[0], Config(apps));
        await ProxifyContender.StartAsync(site.Proxies[1], Config(apps));
        await ProxifyContender.StartAsync(site.Proxies[2], Config([App("other", 8001, Targets), App("web", 8000, [.. Targets.Reverse()])]));

        var through = await Task.WhenAll(site.Proxies.Select(proxy => Task.Run(() => AskAll(site, proxy))));
        await upgraded.UpgradeAsync();
        var afterUpgrade = AskAll(site, site.Proxies[0]);

        Assert.All([through[1], through[2], afterUpgrade], other => Assert.Equal(through[0], other));
        // A tenth for each unit of weight.
        Assert.All(through[0].CountBy(static target => target), static share =>
            Assert.InRange(share.Value * 10.0 / ClientCount, (share.Key[^1] - '0') * 0.85, (share.Key[^1] - '0') * 1.15));
    }

    private static string App(string name, int port, string[] targets) =>
        $$"""{ "Name": "{{name}}", "Ports": [{{port}}], "Balancing": "source-hash", "Targets": [{{string.Join(", ", targets)}}] }""";

    private static string Config(string[] apps) => $$"""{ "Apps": [{{string.Join(", ", apps)}}] }""";

    /// <summary>The target of each client.</summary>
    private static string[] AskAll(Site site, Machine proxy) =>
        site.Clients.Network.Make(() => Enumerable.Range(0, ClientCount).Select(number => Ask(Site.Client(number), proxy.Address)).ToArray());

    private static string Ask(IPAddress client, IPAddress proxy)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5_000 };
        socket.Bind(new IPEndPoint(client, 0));
        socket.Connect(new IPEndPoint(proxy, 8000));
        var greeting = new byte[Conversation.GreetingLength];
        Assert.Equal(greeting.Length, socket.Receive(greeting));
        return Encoding.ASCII.GetString(greeting).Split(' ')[0];
    }
}
