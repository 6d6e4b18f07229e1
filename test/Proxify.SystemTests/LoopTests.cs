namespace Proxify.SystemTests;

public sealed class LoopTests
{
    [Fact]
    public async Task Target_that_is_the_proxys_own_port_ends_loop()
    {
        // By name: an address that is plainly our own is refused when the config is read.
        await using var lab = await Lab.CreateAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"localhost:{port}")));

        Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(port));

        await proxy.WaitForSessionAsync(static session => session.Reason == "loop");
        await proxy.WaitForEventAsync("Loop");
        Assert.InRange(proxy.Sessions.Count(), 1, 4);
    }

    [Fact]
    public async Task Two_apps_that_lead_to_each_other_end_loop()
    {
        await using var lab = await Lab.CreateAsync();
        var (first, second) = (lab.Port(), lab.Port());
        var proxy = await lab.StartProxifyAsync(
            Config.Of(Config.App("first", first, $"localhost:{second}"), Config.App("second", second, $"localhost:{first}")));

        Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(first));

        await proxy.WaitForSessionAsync(static session => session.Reason == "loop");
        Assert.InRange(proxy.Sessions.Count(), 1, 8);
    }

    [Fact]
    public async Task Check_that_meets_itself_finds_nobody()
    {
        // Of the one port that the kernel has to give, which is the target's.
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        (await lab.RunAsync(["sh", "-c", "echo 40000 40000 > /proc/sys/net/ipv4/ip_local_port_range"])).Succeeded();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", lab.Port(), Config.Local(40000))
            .With("Health", new { Interval = "100ms", Fall = 1, Send = "x", Expect = "x" })));

        Assert.Contains("the connect failed", (await proxy.WaitForEventAsync("TargetDown")).Message);
    }

    [Fact]
    public async Task Client_that_has_the_port_of_one_of_our_dials_is_served()
    {
        // The kernel gives connections with different remote ends the same local port. With four ports for four sessions, each used by a client and by a dial,
        // it must.
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        (await lab.RunAsync(["sh", "-c", "echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range"])).Succeeded();
        using var targets = lab.Listen(port: lab.Port());
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Single(port, targets.Port));

        var peers = new List<Peer>();
        for (var i = 0; i < 4; i++)
        {
            var client = await lab.ConnectAsync(port);
            var target = await targets.AcceptAsync();
            await Peer.PingPongAsync(client, target);
            peers.AddRange([client, target]);
        }

        peers.ForEach(static peer => peer.Dispose());
    }
}
