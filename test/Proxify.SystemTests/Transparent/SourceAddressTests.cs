using System.Net;

namespace Proxify.SystemTests.Transparent;

/// <summary><c>Source</c> with addresses of the proxy's machine; by the target's own log.</summary>
public sealed class SourceAddressTests
{
    private const string Target = $"{TransparentLab.TargetIPv4}:80";

    [Theory]
    [InlineData(false, "10.3.0.16/30", "10.3.0.16 10.3.0.17 10.3.0.18 10.3.0.19")]
    [InlineData(true, "fd03::10/126", "fd03::10 fd03::11 fd03::12 fd03::13")]
    public async Task Target_sees_the_addresses_of_a_network_by_turns(bool ipv6, string network, string addresses)
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ShellAsync($"ip {(ipv6 ? "-6" : "")} route add local {network} dev lo; echo {(ipv6 ? 1 : 0)} > /proc/sys/net/ipv6/ip_nonlocal_bind");
        var service = await net.StartServiceAsync(ipv6);
        // Checks take turns as well.
        await net.Lab.StartProxifyAsync(Config.Of(TransparentTests.App(5001, ipv6).With("Source", network).With("Health", new { Active = false })));

        for (var i = 0; i < 8; i++)
            await TransparentTests.EchoAsync(net, 5001, ipv6: false);

        var seen = (await TransparentLab.AcceptedAsync(service, 8)).Select(static peer => $"{peer.Address}").ToList();
        Assert.Equal(addresses.Split(' '), seen.Distinct().Order(StringComparer.Ordinal));
        Assert.All(seen.GroupBy(static address => address), static taken => Assert.Equal(2, taken.Count())); // whoever logs them may do so in another order
    }

    [Fact]
    public async Task Several_addresses_have_several_times_the_connections_to_one_target_and_what_is_too_many_ejects_nobody()
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ShellAsync("ip route add local 10.3.0.16/31 dev lo; echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range");
        var service = await net.StartServiceAsync();
        var proxy = await net.Lab.StartProxifyAsync(Config.Of(
            Config.App("app", 5001, Target).With("Source", new[] { "10.3.0.16/31" }).With("Health", new { Active = false })));

        var clients = new List<Peer>();
        for (var i = 0; i < 8; i++)
        {
            clients.Add(await net.ConnectAsync(5001));
            await TransparentLab.AcceptedAsync(service, i + 1);
        }

        await net.ExpectResetAsync(5001);

        Assert.Equal("connect_failed", (await proxy.WaitForEventAsync("Session")).Reason);
        Assert.Contains("EADDRNOTAVAIL", (await proxy.WaitForEventAsync("SourceUnusable")).Message);
        var seen = await TransparentLab.AcceptedAsync(service, 8);
        Assert.Equal(8, seen.Distinct().Count());
        Assert.Equal(["10.3.0.16", "10.3.0.17"], seen.Select(static peer => $"{peer.Address}").Distinct().Order(StringComparer.Ordinal));

        // Who leaves makes room (at once, since it resets), and nobody has counted the refusal against the target.
        clients[0].Reset();
        await proxy.WaitForSessionAsync(clients[0]);
        await TransparentTests.EchoAsync(net, 5001, ipv6: false);
        Assert.DoesNotContain(proxy.Events, static e => e.Event == "TargetEjected");
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task Each_port_of_an_address_serves_every_target()
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ShellAsync("ip route add local 10.3.0.16 dev lo; echo 40000 40003 > /proc/sys/net/ipv4/ip_local_port_range");
        var (first, second) = (await net.StartServiceAsync(), await net.StartServiceAsync(port: 81));
        await net.Lab.StartProxifyAsync(Config.Of(
            Config.App("app", 5001, Target, $"{TransparentLab.TargetIPv4}:81").With("Source", "10.3.0.16").With("Health", new { Active = false })));

        var clients = new List<Peer>();
        for (var i = 0; i < 8; i++)
            clients.Add(await net.ConnectAsync(5001));

        foreach (var service in new[] { first, second })
            Assert.Equal([40_000, 40_001, 40_002, 40_003], (await TransparentLab.AcceptedAsync(service, 4)).Select(static peer => peer.Port).Order());
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task Checks_come_from_the_same_addresses()
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ShellAsync("ip route add local 10.3.0.16/31 dev lo");
        var service = await net.StartServiceAsync();
        var check = new { Send = "x", Expect = "x", Interval = "100ms" };
        await net.Lab.StartProxifyAsync(Config.Of(Config.App("app", 5001, Target).With("Source", "10.3.0.16/31").With("Health", check)));

        var seen = await TransparentLab.AcceptedAsync(service, 4);

        Assert.Equal(["10.3.0.16", "10.3.0.17"], seen.Select(static peer => $"{peer.Address}").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reload_changes_the_source_and_one_that_is_not_here_is_rejected()
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ApplyRulesAsync("answers");
        await net.ShellAsync("ip route add local 10.3.0.16/31 dev lo");
        var service = await net.StartServiceAsync();
        var app = Config.App("app", 5001, Target).With("Health", new { Active = false });
        var proxy = await net.Lab.StartProxifyAsync(Config.Of(app));

        await TransparentTests.EchoAsync(net, 5001, ipv6: false);
        await proxy.ReloadAsync(Config.Of(app.With("Source", "10.3.0.17")));
        await TransparentTests.EchoAsync(net, 5001, ipv6: false);
        await proxy.ReloadAsync(Config.Of(app.With("Source", "client")));
        await TransparentTests.EchoAsync(net, 5001, ipv6: false);
        proxy.ReplaceConfig(Config.Of(app.With("Source", "192.0.2.1")));
        Assert.Contains("app app: cannot dial from 192.0.2.1 (Source): EADDRNOTAVAIL", (await proxy.WaitForEventAsync("ConfigRejected")).Message);
        await TransparentTests.EchoAsync(net, 5001, ipv6: false);

        Assert.Equal(
            ["10.2.0.1", "10.3.0.17", TransparentLab.ClientIPv4, TransparentLab.ClientIPv4],
            (await TransparentLab.AcceptedAsync(service, 4)).Select(static peer => $"{peer.Address}"));
    }

    [Fact]
    public async Task Start_with_an_address_that_is_not_here_is_refused()
    {
        await using var net = await TransparentLab.CreateAsync();
        var proxy = net.Lab.LaunchProxify(Config.Of(Config.App("app", 5001, Target).With("Source", new[] { "10.2.0.1", "192.0.2.1" })));

        Assert.Equal(1, await proxy.ExitAsync());

        Assert.StartsWith("proxify: app app: cannot dial from 192.0.2.1 (Source): EADDRNOTAVAIL", Assert.Single(proxy.Problems), StringComparison.Ordinal);
    }
}
