using static Proxify.SystemTests.HealthLab;

namespace Proxify.SystemTests;

/// <summary>Targets that a firewall cuts off, and one that comes and goes: what clients notice of it.</summary>
[Collection(nameof(Heavy))]
public sealed class UnreachableTargetTests
{
    [Fact]
    public async Task Firewalled_target_costs_a_client_one_timeout_and_then_nobody_anything()
    {
        var nft = Tool.Require("nft", "nftables");
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        var (ports, _) = await StartRedisAsync(lab);
        var (port, proxy) = await StartAsync(lab, Quick, ports);

        await FirewallAsync(lab, ports[1]);
        for (var i = 0; i < 40; i++)
            Assert.NotEqual(1, await AskAsync(lab, port));
        var sessions = await proxy.WaitForSessionsAsync(40);
        Assert.InRange(sessions.Count(static s => s.Number("tries") > 1), 0, 1);

        (await lab.RunAsync([nft, "flush chain inet t in"])).Succeeded();
        await EventuallyServedByAsync(lab, port, 1);
    }

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task Firewalled_target_without_checks_costs_those_who_came_before_the_first_timeout_one_each_and_then_nobody_anything(string transport)
    {
        const int Clients = 9;
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        var (ports, _) = await StartRedisAsync(lab);
        var (port, proxy) = await StartAsync(lab, new { Active = false, EjectFor = "1h", EjectMax = "1h" }, ports, transport, connect: "500ms");
        await FirewallAsync(lab, ports[1]);

        // At once: a third of them are sent to the firewalled target.
        foreach (var target in await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => AskAsync(lab, port))))
            Assert.NotEqual(1, target);
        var waited = (await proxy.WaitForSessionsAsync(Clients)).Where(static s => s.Number("tries") > 1).ToList();
        Assert.InRange(waited.Count, 1, Clients / 3);
        Assert.All(waited, static s => Assert.Equal(2, s.Number("tries")));

        for (var i = 0; i < 30; i++)
            Assert.NotEqual(1, await AskAsync(lab, port));
        Assert.All((await proxy.WaitForSessionsAsync(Clients + 30)).Skip(Clients), static s => Assert.Equal(1, s.Number("tries")));
    }

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task Firewalled_target_that_checks_find_first_costs_later_clients_nothing_not_even_when_ejections_end(string transport)
    {
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        var (ports, _) = await StartRedisAsync(lab);
        var (port, proxy) = await StartAsync(
            lab, new { Interval = "200ms", FastInterval = "100ms", Timeout = "200ms", EjectFor = "100ms", EjectMax = "100ms" }, ports, transport,
            connect: "1s");
        await FirewallAsync(lab, ports[1]);
        // One who is caught before the checks have seen it has the target ejected, too, for no longer than an instant.
        var caught = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => AskAsync(lab, port)));

        await proxy.WaitForEventAsync("TargetDown");
        await caught;
        await proxy.WaitForSessionsAsync(3);
        // So many that ejections' times have passed meanwhile.
        const int Later = 300;
        for (var i = 0; i < Later; i++)
            Assert.NotEqual(1, await AskAsync(lab, port));

        Assert.All((await proxy.WaitForSessionsAsync(3 + Later)).Skip(3), static s => Assert.Equal(1, s.Number("tries")));
        (await lab.RunAsync([Tool.Require("nft", "nftables"), "flush chain inet t in"])).Succeeded();
        await EventuallyServedByAsync(lab, port, 1);
    }

    [Fact]
    public async Task Target_that_flaps_five_times_a_second_fails_no_client()
    {
        var nft = Tool.Require("nft", "nftables");
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        var (ports, _) = await StartRedisAsync(lab);
        var (port, proxy) = await StartAsync(lab, Quick, ports);
        (await lab.RunAsync([nft, "add table inet t; add chain inet t in { type filter hook input priority 0; }"])).Succeeded();

        for (var flap = 0; flap < 20; flap++)
        {
            (await lab.RunAsync([nft,
                flap % 2 == 0 ? $"add rule inet t in tcp dport {ports[1]} tcp flags & (syn | ack) == syn reject with tcp reset" : "flush chain inet t in"]))
                .Succeeded();
            for (var i = 0; i < 10; i++)
                await AskAsync(lab, port);
        }

        Assert.All(await proxy.WaitForSessionsAsync(200), static s => Assert.NotEqual("connect_failed", s.Reason));
        await EventuallyServedByAsync(lab, port, 1);
    }
}
