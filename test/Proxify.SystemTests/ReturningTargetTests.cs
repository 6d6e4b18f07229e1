namespace Proxify.SystemTests;

/// <summary>Health together with slow start and limits: what targets that go and come back mean for who is served where, and when.</summary>
public sealed class ReturningTargetTests
{
    private static readonly object Quick = new { Interval = "200ms", FastInterval = "100ms", Timeout = "200ms" };

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task Target_that_comes_back_with_a_slow_start_takes_a_small_share_of_sessions(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        var back = await ComeBackAsync(lab, slowStart: "1h", transport);

        // A tenth of a share, by chance: 9 of 100 are expected, more than 25 once in a million times.
        Assert.InRange(await CountAsync(lab, back, 100), 0, 25);
    }

    [Fact]
    public async Task Target_that_comes_back_has_its_whole_share_when_the_slow_start_is_over()
    {
        await using var lab = await Lab.CreateAsync();
        var back = await ComeBackAsync(lab, slowStart: "500ms");

        // Round robin is exact when nobody warms up any more; while one does, half of a hundred would be chance.
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (await CountAsync(lab, back, 100) != 50)
            patience.Token.ThrowIfCancellationRequested();
    }

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task With_one_target_down_and_the_other_full_sessions_wait_and_each_place_that_comes_serves_one(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        var good = (await lab.StartEchoAsync())[0];
        var down = lab.Port();
        var port = lab.Port();
        var app = Config.App("app", port, Config.Local(down), Config.Local(good)).With("Health", Quick)
            .With("Limits", new { SessionsPerTarget = 1, QueueTimeout = "60s" });
        var proxy = await lab.StartProxifyAsync(Config.Of(app), new() { Transport = transport });
        await proxy.WaitForEventAsync("TargetDown");
        using var holder = await AskAsync(lab, port);
        await holder.ReceiveAsync(1);
        using var first = await AskAsync(lab, port);
        using var second = await AskAsync(lab, port);
        using var third = await AskAsync(lab, port);
        await Patience.Never(() => first.Socket.Available + second.Socket.Available + third.Socket.Available > 0);

        await EndAsync(holder);
        await first.ReceiveAsync(1);
        await Patience.Never(() => second.Socket.Available + third.Socket.Available > 0);

        // The place that comes now is the other target's.
        await lab.StartEchoAsync([down]);
        await second.ReceiveAsync(1);
        await EndAsync(first);
        await third.ReceiveAsync(1);
        await EndAsync(second);
        await EndAsync(third);

        var sessions = await proxy.WaitForSessionsAsync(4);
        Assert.All(sessions, static s => Assert.Equal(("done", 1), (s.Reason, s.Number("tries"))));
        var used = sessions.ToDictionary(static s => s.Text("client")!, static s => s.Text("target"));
        Assert.Equal(
            [Config.Local(good), Config.Local(good), Config.Local(down), Config.Local(good)],
            new[] { holder, first, second, third }.Select(client => used[client.Local.ToString()]));
    }

    private sealed record Returned(ProxifyProcess Proxy, int Port, int Target);

    /// <summary>One of two targets is down at the start, and back at the end.</summary>
    private static async Task<Returned> ComeBackAsync(Lab lab, string slowStart, string? transport = null)
    {
        var (good, missing, port) = ((await lab.StartEchoAsync())[0], lab.Port(), lab.Port());
        var app = Config.App("app", port, Config.Local(missing), Config.Local(good)).With("Health", Quick).With("SlowStart", slowStart);
        var proxy = await lab.StartProxifyAsync(Config.Of(app), transport is null ? new() : new() { Transport = transport });
        await proxy.WaitForEventAsync("TargetDown");
        await lab.StartEchoAsync([missing]);
        await proxy.WaitForEventAsync("TargetUp");
        return new(proxy, port, missing);
    }

    /// <summary>How many of the next sessions the target takes.</summary>
    private static async Task<int> CountAsync(Lab lab, Returned back, int sessions)
    {
        var before = back.Proxy.Sessions.Count();
        for (var i = 0; i < sessions; i++)
            await lab.EchoesAsync(back.Port);
        return (await back.Proxy.WaitForSessionsAsync(before + sessions)).Skip(before).Count(s => s.Text("target") == Config.Local(back.Target));
    }

    /// <summary>A client that has said something and waits for its echo.</summary>
    private static async Task<Peer> AskAsync(Lab lab, int port)
    {
        var client = await lab.ConnectAsync(port, incoming: Payload.FromClient);
        await client.SendAsync(1);
        return client;
    }

    private static async Task EndAsync(Peer client)
    {
        client.Fin();
        await client.ExpectFinAsync();
    }
}
