using System.Net;

namespace Proxify.SystemTests.Transparent;

/// <summary><c>"Source": "client"</c>, with the rules that docs/transparent.md gives; by the target's own log.</summary>
public sealed class TransparentTests
{
    [Theory]
    [InlineData(false, "answers")]
    [InlineData(true, "answers")]
    [InlineData(false, "by port")]
    [InlineData(true, "by port")]
    public async Task Target_sees_the_clients_address_and_port(bool ipv6, string rules)
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ApplyRulesAsync(rules);
        var service = await net.StartServiceAsync(ipv6);
        await net.Lab.StartProxifyAsync(Config.Of(App(5001, ipv6)));

        var clients = new List<IPEndPoint>();
        for (var i = 0; i < 3; i++)
            clients.Add(await EchoAsync(net, 5001, ipv6));

        Assert.All(clients, client => Assert.Equal(AddressOf(ipv6), $"{client.Address}"));
        Assert.Equal(clients, await TransparentLab.AcceptedAsync(service, 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Target_on_the_proxys_own_machine_sees_the_client(bool ipv6)
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ApplyRulesAsync("answers");
        await net.ApplyRulesAsync("own machine");
        var service = await net.StartLocalServiceAsync(ipv6, 9001);
        await net.Lab.StartProxifyAsync(Config.Of(
            Config.App("app", 5001, ipv6 ? "[fd02::1]:9001" : "10.2.0.1:9001").With("Source", "client")));

        var client = await EchoAsync(net, 5001, ipv6);

        Assert.Equal([client], await TransparentLab.AcceptedAsync(service, 1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_with_one_port_at_two_of_ours_keeps_its_address_at_a_target_of_both(bool ipv6)
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ApplyRulesAsync("answers");
        var service = await net.StartServiceAsync(ipv6);
        await net.Lab.StartProxifyAsync(Config.Of(App(5001, ipv6), App(5002, ipv6)));

        using var first = await net.ConnectAsync(5001, ipv6, from: 30_000);
        await EchoAsync(first);
        using var second = await net.ConnectAsync(5002, ipv6, from: 30_000);
        await EchoAsync(second);

        var seen = await TransparentLab.AcceptedAsync(service, 2);
        Assert.Equal(first.Local, seen[0]);
        Assert.Equal(first.Local.Address, seen[1].Address);
        Assert.NotEqual(first.Local.Port, seen[1].Port);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_that_comes_back_with_the_same_port_is_served_each_time(bool ipv6)
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ApplyRulesAsync("answers");
        var service = await net.StartServiceAsync(ipv6);
        var proxy = await net.Lab.StartProxifyAsync(Config.Of(App(5001, ipv6)));

        // It resets, so its own kernel forgets the connection at once, whatever the proxy's has left of it.
        for (var i = 0; i < 5; i++)
        {
            using var client = await net.ConnectAsync(5001, ipv6, from: 30_000);
            await EchoAsync(client);
            client.Reset();
            await proxy.WaitForSessionsAsync(i + 1);
        }

        Assert.All(await TransparentLab.AcceptedAsync(service, 5), seen => Assert.Equal(AddressOf(ipv6), $"{seen.Address}"));
        Assert.All(proxy.Sessions, static session => Assert.Equal("client_reset", session.Reason));
    }

    [Fact]
    public async Task Client_of_the_other_family_is_refused_and_the_target_never_dialled()
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.ApplyRulesAsync("answers");
        var service = await net.StartServiceAsync();
        var proxy = await net.Lab.StartProxifyAsync(Config.Of(App(5001, ipv6: false)));

        await net.ExpectResetAsync(5001, ipv6: true);

        Assert.Equal("connect_failed", (await proxy.WaitForEventAsync("Session")).Reason);
        Assert.Contains("it is of another address family", (await proxy.WaitForEventAsync("SourceUnusable")).Message);
        // The target is as good as before for everybody else, and has seen nobody else.
        var client = await EchoAsync(net, 5001, ipv6: false);
        Assert.Equal([client], await TransparentLab.AcceptedAsync(service, 1));
    }

    [Fact]
    public async Task Clients_whose_answers_find_no_way_back_eject_nobody()
    {
        await using var net = await TransparentLab.CreateAsync();
        await net.StartServiceAsync();
        var proxy = await net.Lab.StartProxifyAsync(Config.Of(new { Connect = "100ms" }, App(5001, ipv6: false)));

        for (var i = 0; i < 5; i++)
            await net.ExpectResetAsync(5001);

        await proxy.WaitForSessionsAsync(5);
        Assert.DoesNotContain(proxy.Events, static e => e.Event is "TargetEjected" or "TargetDown");
        await net.ApplyRulesAsync("answers");
        await EchoAsync(net, 5001, ipv6: false);
    }

    internal static Config.AppText App(int port, bool ipv6) => Config
        .App($"app-{port}", port, $"{(ipv6 ? $"[{TransparentLab.TargetIPv6}]" : TransparentLab.TargetIPv4)}:{TransparentLab.ServicePort}")
        .With("Source", "client");

    /// <summary>One session; gives the client's end.</summary>
    internal static async Task<IPEndPoint> EchoAsync(TransparentLab net, int port, bool ipv6)
    {
        using var client = await net.ConnectAsync(port, ipv6);
        await EchoAsync(client);
        client.Fin();
        await client.ExpectFinAsync();
        return client.Local;
    }

    private static string AddressOf(bool ipv6) => ipv6 ? TransparentLab.ClientIPv6 : TransparentLab.ClientIPv4;

    private static async Task EchoAsync(Peer client)
    {
        await client.SendAsync(1_000);
        await client.ReceiveAsync(1_000);
    }
}
