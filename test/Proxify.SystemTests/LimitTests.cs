namespace Proxify.SystemTests;

/// <summary>Limits as clients meet them, with nc(1) for clients.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task Sessions_beyond_the_limit_wait_and_are_served_in_their_order(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, port) = await StartAsync(lab, new { Sessions = 1, QueueTimeout = "60s" }, transport);
        var holder = await HoldAsync(lab, port);
        var first = Ask(lab, port, "first");
        await Established(lab, port, 2);
        var second = Ask(lab, port, "second");
        await Established(lab, port, 3);
        await Patience.Never(() => first.Output.Lines.Length + second.Output.Lines.Length > 0);

        holder.Signal(Posix.SigTerm);
        await first.Output.WaitAsync(static line => line == "first");
        Assert.Empty(second.Output.Lines);
        first.Signal(Posix.SigTerm);
        await second.Output.WaitAsync(static line => line == "second");
        second.Signal(Posix.SigTerm);

        var sessions = await proxy.WaitForSessionsAsync(3);
        Assert.All(sessions, static session => Assert.Contains(session.Reason, (string[])["done", "client_reset"]));
    }

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task A_wait_ends_with_its_time_by_reset(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, port) = await StartAsync(lab, new { Sessions = 1, QueueTimeout = "300ms" }, transport);
        await HoldAsync(lab, port);

        Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(port));

        var session = await proxy.WaitForSessionAsync(static s => s.Reason == "limit");
        Assert.True(session.IsNull("target"));
        Assert.InRange(session.Number("duration_ms"), 290, 10_000); // timers count whole milliseconds
        await proxy.WaitForEventAsync("LimitReached");
    }

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task Shutdown_does_not_wait_for_those_who_wait(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, port) = await StartAsync(lab, new { Sessions = 1, QueueTimeout = "1h" }, transport, drain: "100ms");
        await HoldAsync(lab, port);
        using var waiting = await lab.ConnectAsync(port);
        await Established(lab, port, 2);

        proxy.Signal(Posix.SigTerm);

        Assert.Equal(PeerEnd.Reset, await waiting.ReceiveToEndAsync());
        Assert.Equal(0, await proxy.ExitAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(2, proxy.Sessions.Count(static s => s.Reason == "drained"));
    }

    [Fact]
    public async Task A_full_queue_resets_at_once_and_without_a_record()
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, port) = await StartAsync(lab, new { Sessions = 1, Queue = 0 });
        await HoldAsync(lab, port);

        for (var i = 0; i < 5; i++)
            Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(port));

        await proxy.WaitForEventAsync("LimitReached");
        Assert.Single(proxy.Events, static e => e.Event == "LimitReached");
        Assert.Empty(proxy.Sessions);
    }

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task A_full_target_is_spared_while_another_has_room(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        var targets = await lab.StartEchoAsync(2);
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(
            Config.Of(Config.App("app", port, [.. targets.Select(Config.Local)]).With("Balancing", "first")
                .With("Limits", new { SessionsPerTarget = 2, QueueTimeout = "60s" })),
            new() { Transport = transport });
        var holders = new List<RunningProcess>();
        for (var i = 0; i < 4; i++)
            holders.Add(await HoldAsync(lab, port));
        var waiting = Ask(lab, port, "hello");
        await Established(lab, port, 5);
        Assert.Empty(waiting.Output.Lines);

        holders[3].Signal(Posix.SigTerm);
        await waiting.Output.WaitAsync(static line => line == "hello");

        foreach (var process in holders.Take(3).Append(waiting))
            process.Signal(Posix.SigTerm);
        var used = (await proxy.WaitForSessionsAsync(5)).Select(static s => s.Text("target")).ToList();
        Assert.Equal(2, used.Count(target => target == Config.Local(targets[0])));
        Assert.Equal(3, used.Count(target => target == Config.Local(targets[1])));
    }

    [Fact]
    public async Task A_source_may_have_so_many_sessions_and_another_as_many()
    {
        await using var lab = await Lab.CreateAsync();
        var (_, port) = await StartAsync(lab, new { SessionsPerSource = 1 });
        var holder = await HoldAsync(lab, port, "127.0.0.2");

        Assert.Equal("", await EchoedAsync(lab, port, "127.0.0.2"));
        Assert.Equal("hello", await EchoedAsync(lab, port, "127.0.0.3"));

        holder.Signal(Posix.SigTerm);
        await EventuallyAsync(async () => await EchoedAsync(lab, port, "127.0.0.2") == "hello");
    }

    [Fact]
    public async Task All_addresses_of_an_IPv6_64_are_one_source()
    {
        await using var lab = await Lab.CreateAsync();
        foreach (var address in new[] { "fd00::1", "fd00::ffff:1", "fd00:0:0:1::1" })
            (await lab.RunAsync([Tool.Require("ip", "iproute2"), "address", "add", $"{address}/128", "dev", "lo", "nodad"])).Succeeded();
        var (_, port) = await StartAsync(lab, new { SessionsPerSource = 1 });
        await HoldAsync(lab, port, "fd00::1");

        Assert.Equal("", await EchoedAsync(lab, port, "fd00::ffff:1"));
        Assert.Equal("hello", await EchoedAsync(lab, port, "fd00:0:0:1::1"));
    }

    [Fact]
    public async Task The_proxys_limit_resets()
    {
        await using var lab = await Lab.CreateAsync();
        var target = (await lab.StartEchoAsync())[0];
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Single(port, target)[..^1] + ""","Limits":{"Sessions":1}}""");
        var holder = await HoldAsync(lab, port);

        Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(port));

        holder.Signal(Posix.SigTerm);
        await lab.EventuallyEchoesAsync(port);
    }

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task Connections_beyond_the_rate_are_reset_and_told_in_one_line(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, port) = await StartAsync(lab, new { RatePerSource = "3/h" }, transport);

        for (var i = 0; i < 3; i++)
            Assert.Equal("hello", await EchoedAsync(lab, port, "127.0.0.2"));
        await proxy.WaitForSessionsAsync(3);
        for (var i = 0; i < 5; i++)
            Assert.Equal("", await EchoedAsync(lab, port, "127.0.0.2"));
        Assert.Equal("hello", await EchoedAsync(lab, port, "127.0.0.3"));
        await proxy.WaitForSessionsAsync(4);

        // The first at once, and at the end those that were not told yet.
        Assert.Equal(("rate_per_source", 1), Refusal(Assert.Single(proxy.Events, static e => e.Event == "Refused")));
        proxy.Signal(Posix.SigTerm);
        Assert.Equal(0, await proxy.ExitAsync());
        var refused = proxy.Events.Where(static e => e.Event == "Refused").ToList();
        Assert.Equal([("rate_per_source", 1), ("rate_per_source", 4)], refused.Select(Refusal));
        Assert.All(refused, static e => Assert.StartsWith("127.0.0.2:", e.Text("client")));

        static (string?, double) Refusal(LogEvent e) => (e.Text("rule"), e.Number("connections"));
    }

    [Fact]
    public async Task A_reload_lowers_a_limit_without_cutting_anybody_and_raises_it_for_those_who_wait()
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, port) = await StartAsync(lab, new { });
        var holders = new List<RunningProcess> { await HoldAsync(lab, port), await HoldAsync(lab, port) };

        await proxy.ReloadAsync(File.ReadAllText(proxy.ConfigPath).Replace("{}", """{"Sessions":1,"QueueTimeout":"60s"}""", StringComparison.Ordinal));
        var waiting = Ask(lab, port, "hello");
        await Established(lab, port, 3);
        await Patience.Never(() => waiting.Output.Lines.Length > 0 || holders.Exists(static h => h.HasExited));

        await proxy.ReloadAsync(File.ReadAllText(proxy.ConfigPath).Replace("\"Sessions\":1", "\"Sessions\":3", StringComparison.Ordinal));
        await waiting.Output.WaitAsync(static line => line == "hello");
    }

    [Fact]
    public async Task More_sessions_than_descriptors_are_warned_of_at_the_start()
    {
        await using var lab = await Lab.CreateAsync();
        var port = lab.Port();
        var config = Config.Single(port, lab.Port())[..^1] + ""","Limits":{"Sessions":500}}""";

        var proxy = await lab.StartProxifyAsync(config, new() { Prefix = [Tool.Require("prlimit", "util-linux"), "--nofile=1000:1000"] });

        var warning = Assert.Single(proxy.Events, static e => e.Event == "TooFewDescriptors");
        Assert.Contains("takes 11", warning.Message, StringComparison.Ordinal);
        Assert.Contains("1000", warning.Message, StringComparison.Ordinal);
    }

    private static async Task<(ProxifyProcess Proxy, int Port)> StartAsync(Lab lab, object limits, string? transport = null, string? drain = null)
    {
        var target = (await lab.StartEchoAsync())[0];
        var port = lab.Port();
        var app = Config.App("app", port, Config.Local(target)).With("Limits", limits);
        var options = transport is null ? new ProxifyOptions() : new() { Transport = transport };
        return (await lab.StartProxifyAsync(drain is null ? Config.Of(app) : Config.Of(new { Drain = drain }, app), options), port);
    }

    /// <summary>A client that has been served, and stays.</summary>
    private static async Task<RunningProcess> HoldAsync(Lab lab, int port, string? from = null)
    {
        var holder = Ask(lab, port, "held", from);
        await holder.Output.WaitAsync(static line => line == "held");
        return holder;
    }

    /// <summary>A client that has said something, and stays whatever comes back.</summary>
    private static RunningProcess Ask(Lab lab, int port, string text, string? from = null)
    {
        var client = lab.Start([Nc, .. Source(from), Destination(from), $"{port}"]);
        client.Input.WriteLine(text);
        client.Input.Flush();
        return client;
    }

    /// <summary>What comes back to a client that says hello and ends; nothing if it is reset.</summary>
    private static async Task<string> EchoedAsync(Lab lab, int port, string from) =>
        // The shell writes, because a client that is reset early would leave a broken pipe to us.
        (await lab.RunAsync(["sh", "-c", $"echo hello | {Nc} -N -s {from} {Destination(from)} {port}"])).Output.Trim();

    /// <summary>Waits until so many clients have a connection to the port.</summary>
    private static Task Established(Lab lab, int port, int count) => EventuallyAsync(async () =>
        (await lab.RunAsync(["ss", "-Htn", "state", "established", $"( sport = :{port} )"]))
            .Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == count);

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (!await condition())
            patience.Token.ThrowIfCancellationRequested();
    }

    private static string[] Source(string? from) => from is null ? [] : ["-s", from];

    private static string Destination(string? from) => from?.Contains(':') == true ? "::1" : "127.0.0.1";

    private static string Nc => Tool.Require("nc", "netcat-openbsd");
}
