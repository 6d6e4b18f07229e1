using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests;

/// <summary>Targets given by name, against dnsmasq; behind the names redis on several loopback addresses.</summary>
public sealed class NamesTests
{
    private static async Task<(Lab Lab, Netns Netns, int Redis)> CreateAsync()
    {
        var (lab, netns) = await Lab.CreateWithNetnsAsync();
        netns.SetEtc("resolv.conf", "nameserver 127.0.0.1\nsearch nowhere.internal cache.internal\n");
        var port = lab.Port();
        await StartRedisAsync(lab, port);
        return (lab, netns, port);
    }

    private static async Task<RunningProcess> StartRedisAsync(Lab lab, int port)
    {
        var redis = lab.Start([Tool.Require("redis-server", "redis-server"), "--port", $"{port}", "--bind", "127.0.0.2", "127.0.0.3", "127.0.0.4", "::1",
            "--save", "", "--protected-mode", "no"]);
        await redis.Output.WaitAsync(static line => line.Contains("Ready to accept connections", StringComparison.OrdinalIgnoreCase));
        return redis;
    }

    /// <summary>Sessions one after the other; gives the endpoints that they went to.</summary>
    private static async Task<List<string>> EndpointsAsync(Lab lab, ProxifyProcess proxy, int port, int sessions)
    {
        var start = proxy.Sessions.Count();
        for (var i = 0; i < sessions; i++)
        {
            using var client = await ConnectAsync(lab, port);
            Assert.Equal("+PONG\r\n+OK\r\n", await SayAsync(client, "PING\r\nQUIT\r\n"));
        }

        await Patience.Eventually(() => proxy.Sessions.Count() >= start + sessions);
        return [.. proxy.Sessions.Skip(start).Select(static session => session.Text("target")!)];
    }

    private static async Task<Socket> ConnectAsync(Lab lab, int port)
    {
        var socket = lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)).Within();
        return socket;
    }

    /// <summary>All that comes back until the other side ends.</summary>
    private static async Task<string> SayAsync(Socket client, string text)
    {
        await client.SendAsync(Encoding.ASCII.GetBytes(text));
        var (buffer, said) = (new byte[100], "");
        while (await client.ReceiveAsync(buffer).Within() is > 0 and var count)
            said += Encoding.ASCII.GetString(buffer, 0, count);
        return said;
    }

    [Fact]
    public async Task Every_A_and_AAAA_address_is_an_endpoint_and_new_ones_come_and_old_ones_go_without_a_reload()
    {
        var (lab, _, redis) = await CreateAsync();
        await using var _1 = lab;
        var dns = new NameServer(lab, port: 53, ttl: 1);
        await dns.StartAsync("127.0.0.2 db.internal", "::1 db.internal");
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"db.internal:{redis}")));

        Assert.Equal([$"127.0.0.2:{redis}", $"[::1]:{redis}"], (await EndpointsAsync(lab, proxy, port, 4)).Distinct().Order());

        using var live = await ConnectAsync(lab, port);
        await live.SendAsync("PING\r\n"u8.ToArray());
        await live.ReceiveAsync(new byte[10]).Within();
        await dns.ChangeAsync("127.0.0.3 db.internal", "127.0.0.4 db.internal");
        var change = await proxy.WaitForEventAsync("TargetAddressesChanged");
        Assert.Equal(("db.internal", "127.0.0.3, 127.0.0.4"), (change.Text("host"), change.Text("added")));
        Assert.Equal([$"127.0.0.3:{redis}", $"127.0.0.4:{redis}"], (await EndpointsAsync(lab, proxy, port, 4)).Distinct().Order());

        // The session at an address that is gone goes on.
        Assert.Equal("+PONG\r\n+OK\r\n", await SayAsync(live, "PING\r\nQUIT\r\n"));
    }

    [Fact]
    public async Task Answer_holds_for_its_ttl_within_the_bounds()
    {
        var (lab, _, redis) = await CreateAsync();
        await using var _1 = lab;
        var dns = new NameServer(lab, lab.Port(), ttl: 3);
        await dns.StartAsync("127.0.0.2 db.internal");
        var port = lab.Port();
        var resolver = new { Servers = new[] { $"127.0.0.1:{dns.Port}" } };
        await lab.StartProxifyAsync(ConfigWith(resolver));
        await Patience.Eventually(() => Asked() == 1);
        var asked = Stopwatch.GetTimestamp();

        await Patience.Eventually(() => Asked() == 2);
        Assert.InRange(Stopwatch.GetElapsedTime(asked).TotalSeconds, 2.8, 20);

        await lab.StartProxifyAsync(ConfigWith(new { resolver.Servers, MaxTtl = "1s" }, another: true));
        asked = Stopwatch.GetTimestamp();
        await Patience.Eventually(() => Asked() >= 7);
        Assert.InRange(Stopwatch.GetElapsedTime(asked).TotalSeconds, 0, 8);

        int Asked() => dns.Lines.Count(static line => line.Contains("query[A] db.internal ", StringComparison.Ordinal));

        string ConfigWith(object resolver, bool another = false) =>
            System.Text.Json.JsonSerializer.Serialize(
                new { Apps = new[] { Config.App("app", another ? lab.Port() : port, $"db.internal:{redis}").Json }, Resolver = resolver });
    }

    [Fact]
    public async Task Server_that_is_gone_leaves_the_last_good_answer_and_is_asked_again_until_it_is_back()
    {
        var (lab, _, redis) = await CreateAsync();
        await using var _1 = lab;
        var dns = new NameServer(lab, port: 53, ttl: 1);
        await dns.StartAsync("127.0.0.2 db.internal", "127.0.0.3 db.internal");
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"db.internal:{redis}")));
        await EndpointsAsync(lab, proxy, port, 1);

        await dns.StopAsync();
        await proxy.WaitForEventAsync("NameNotResolved");
        Assert.Equal([$"127.0.0.2:{redis}", $"127.0.0.3:{redis}"], (await EndpointsAsync(lab, proxy, port, 4)).Distinct().Order());

        await dns.StartAsync("127.0.0.4 db.internal");
        await proxy.WaitForEventAsync("NameResolvedAgain");
        Assert.Equal([$"127.0.0.4:{redis}"], (await EndpointsAsync(lab, proxy, port, 2)).Distinct());
    }

    [Fact]
    public async Task Name_that_the_server_has_no_longer_keeps_its_last_addresses()
    {
        var (lab, _, redis) = await CreateAsync();
        await using var _1 = lab;
        var dns = new NameServer(lab, port: 53, ttl: 1);
        await dns.StartAsync("127.0.0.2 db.internal");
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"db.internal:{redis}")));
        await EndpointsAsync(lab, proxy, port, 1);

        await dns.ChangeAsync("127.0.0.3 other.internal");
        await proxy.WaitForEventAsync("NameNotResolved");

        Assert.Equal([$"127.0.0.2:{redis}"], await EndpointsAsync(lab, proxy, port, 1));
    }

    [Fact]
    public async Task Service_brings_ports_weights_and_priorities()
    {
        var (lab, _, first) = await CreateAsync();
        await using var _1 = lab;
        var (second, spare) = (lab.Port(), lab.Port());
        var redis = await StartRedisAsync(lab, second);
        await StartRedisAsync(lab, spare);
        const string Service = "_redis._tcp.cache.internal";
        var dns = new NameServer(
            lab, port: 53, ttl: 1, $"{Service},one.internal,{first},10,30", $"{Service},two.internal,{second},10,10", $"{Service},two.internal,{spare},20,5");
        await dns.StartAsync("127.0.0.2 one.internal", "127.0.0.3 two.internal");
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, Service)));

        var endpoints = await EndpointsAsync(lab, proxy, port, 40);
        Assert.Equal(30, endpoints.Count(endpoint => endpoint == $"127.0.0.2:{first}"));
        Assert.Equal(10, endpoints.Count(endpoint => endpoint == $"127.0.0.3:{second}"));

        redis.Signal(Posix.SigTerm);
        await redis.ExitAsync();
        await dns.ChangeAsync("127.0.0.3 two.internal");
        await proxy.WaitForEventAsync("TargetAddressesChanged");
        Assert.Equal([$"127.0.0.3:{spare}"], (await EndpointsAsync(lab, proxy, port, 3)).Distinct());
    }

    [Fact]
    public async Task Short_name_is_completed_from_the_search_list()
    {
        var (lab, _, redis) = await CreateAsync();
        await using var _1 = lab;
        var dns = new NameServer(lab, port: 53, ttl: 1);
        await dns.StartAsync("127.0.0.2 db.cache.internal");
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"db:{redis}")));

        Assert.Equal([$"127.0.0.2:{redis}"], await EndpointsAsync(lab, proxy, port, 1));
    }

    [Fact]
    public async Task Hosts_file_comes_before_dns_and_is_followed()
    {
        var (lab, netns, redis) = await CreateAsync();
        await using var _1 = lab;
        netns.SetEtc("hosts", "127.0.0.3 db.internal\n");
        var dns = new NameServer(lab, port: 53, ttl: 1);
        await dns.StartAsync("127.0.0.2 db.internal");
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"db.internal:{redis}")));
        Assert.Equal([$"127.0.0.3:{redis}"], await EndpointsAsync(lab, proxy, port, 1));

        netns.SetEtc("hosts", "127.0.0.4 db.internal # moved\n");
        await proxy.WaitForEventAsync("TargetAddressesChanged");
        Assert.Equal([$"127.0.0.4:{redis}"], await EndpointsAsync(lab, proxy, port, 1));
        Assert.DoesNotContain(dns.Lines, static line => line.Contains("query", StringComparison.Ordinal));
    }

    [Fact]
    public async Task First_server_that_is_dead_leaves_no_name_without_an_answer()
    {
        const int Names = 300;
        var (lab, netns, redis) = await CreateAsync();
        await using var _1 = lab;
        using var dead = lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        dead.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 53));
        netns.SetEtc("resolv.conf", "nameserver 127.0.0.9\nnameserver 127.0.0.1\n");
        var dns = new NameServer(lab, port: 53, ttl: 600);
        await dns.StartAsync([.. Enumerable.Range(0, Names).Select(i => $"127.0.0.2 db{i}.internal")]);
        var ports = Enumerable.Range(0, Names).Select(_ => lab.Port()).ToArray();
        var proxy = await lab.StartProxifyAsync(Config.Of([.. ports.Select((port, i) => Config.App($"app{i}", port, $"db{i}.internal:{redis}"))]));

        foreach (var port in ports)
            Assert.Equal([$"127.0.0.2:{redis}"], await EndpointsAsync(lab, proxy, port, 1));

        Assert.DoesNotContain(proxy.Events, static e => e.Event == "NameNotResolved");
    }

    [Fact]
    public async Task Answers_by_tcp_aliases_and_one_family_are_understood()
    {
        var (lab, _, redis) = await CreateAsync();
        await using var _1 = lab;
        var dns = new NameServer(lab, port: 53, ttl: 1) { Arguments = ["--cname=alias.internal,db.internal"] };
        await dns.StartAsync([.. Enumerable.Range(1, 100).Select(i => $"127.0.1.{i} many.internal"), "127.0.0.2 db.internal", "::1 db.internal"]);
        var (port, manyPort) = (lab.Port(), lab.Port());
        var proxy = await lab.StartProxifyAsync(System.Text.Json.JsonSerializer.Serialize(new
        {
            Apps = new[] { Config.App("app", port, $"alias.internal:{redis}").Json,
                Config.App("many", manyPort, $"many.internal:{redis}").With("Health", new { Active = false }).Json },
            Resolver = new { Family = "ipv4" },
        }));

        Assert.Equal([$"127.0.0.2:{redis}"], (await EndpointsAsync(lab, proxy, port, 4)).Distinct());
        Assert.DoesNotContain(dns.Lines, static line => line.Contains("query[AAAA]", StringComparison.Ordinal));
        // Too many for a datagram of 512 bytes: a change says how many there are.
        await dns.ChangeAsync([.. Enumerable.Range(1, 90).Select(i => $"127.0.1.{i} many.internal"), "127.0.0.2 db.internal"]);
        Assert.Equal("90", (await proxy.WaitForEventAsync("TargetAddressesChanged")).Text("count"));
    }

    [Fact]
    public async Task Shutdown_does_not_wait_for_a_session_that_waits_for_a_name()
    {
        var (lab, _, redis) = await CreateAsync();
        await using var _1 = lab;
        using var silent = lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 53));
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(new { Connect = "10m", Drain = "0s" }, Config.App("app", port, $"db.internal:{redis}")));
        using var client = await ConnectAsync(lab, port);
        var ss = Tool.Require("ss", "iproute2");
        for (var tries = 0; !(await lab.RunAsync([ss, "-Htnp", "state", "established", $"sport = :{port}"])).Output.Contains("users:",
            StringComparison.Ordinal); tries++)
            Assert.True(tries < 1_000, "not accepted");

        var asked = Stopwatch.GetTimestamp();
        proxy.Signal(Posix.SigTerm);
        Assert.Equal(0, await proxy.ExitAsync());

        Assert.InRange(Stopwatch.GetElapsedTime(asked).TotalSeconds, 0, 4);
        Assert.Equal("drained", proxy.Sessions.Single().Reason);
    }

    [Fact]
    public async Task Check_tells_what_names_are_and_where_one_stands_that_is_unknown()
    {
        var (lab, _, redis) = await CreateAsync();
        await using var _1 = lab;
        var dns = new NameServer(lab, port: 53, ttl: 1, $"_redis._tcp.cache.internal,one.internal,{redis},10,30");
        await dns.StartAsync("127.0.0.2 one.internal", "127.0.0.3 db.internal", "::1 db.internal");
        var file = Path.Combine(lab.Directory, "names.json");
        string[] targets = ["127.0.0.1:1", "_redis._tcp.cache.internal", "db.internal:1"];
        async Task<ToolResult> CheckAsync(params string[] more)
        {
            var json = System.Text.Json.JsonSerializer.Serialize(targets.Concat(more)).Replace(",", ",\n", StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, $$"""{"Apps":[{"Name":"a","Ports":[{{lab.Port()}}],"Targets":{{json}}}]}""");
            return await lab.RunAsync([Repository.Binary, "check", "--resolve", "-c", "names.json"]);
        }

        var good = await CheckAsync();
        Assert.Equal(
            ["names.json: valid (1 app, 1 port, 3 targets)",
                $"names.json:2:1: Apps[0].Targets[1]: _redis._tcp.cache.internal is 127.0.0.2:{redis} weight 30",
                "names.json:3:1: Apps[0].Targets[2]: db.internal is ::1, 127.0.0.3"],
            good.Succeeded().Output.Split('\n'));
        Assert.Empty(good.Errors);

        var bad = await CheckAsync("unknown.internal:1");
        Assert.Equal(1, bad.ExitCode);
        Assert.Equal(good.Output.Replace("3 targets", "4 targets", StringComparison.Ordinal), bad.Output);
        Assert.Equal("names.json:4:1: Apps[0].Targets[3]: unknown.internal does not resolve: no addresses", bad.Errors);

        await dns.StopAsync();
        Assert.Contains("db.internal does not resolve: 127.0.0.1:53: ", (await CheckAsync()).Errors, StringComparison.Ordinal);
    }
}
