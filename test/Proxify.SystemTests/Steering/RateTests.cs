using System.Text.Json.Nodes;

namespace Proxify.SystemTests.Steering;

/// <summary>Rates in the kernel, at the SYN.</summary>
public sealed class RateTests
{
    private const int Port = 5001;
    private const int OtherPort = 5002;

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task A_source_beyond_its_rate_is_refused_before_the_proxy_hears_of_it(string transport)
    {
        await using var lab = await SteeringLab.CreateAsync();
        var proxy = await StartAsync(lab, app: """{"RatePerSource":"2/h"}""", transport: transport);

        Assert.Equal([Reception.Served, Reception.Served, Reception.Refused, Reception.Refused], await KnockAsync(lab, 4, Port, "127.0.0.2"));

        Assert.Equal(2, await lab.CounterAsync("limited"));
        Assert.Equal([Reception.Served], await KnockAsync(lab, 1, Port, "127.0.0.3"));
        Assert.Equal([Reception.Served, Reception.Served, Reception.Served], await KnockAsync(lab, 3, OtherPort, "127.0.0.2"));
        Assert.Equal(6, (await proxy.WaitForSessionsAsync(6)).Count);
        Assert.Equal(6, proxy.Sessions.Count());
    }

    [Fact]
    public async Task The_proxys_rate_is_of_all_ports_and_an_IPv6_64_is_one_source()
    {
        await using var lab = await SteeringLab.CreateAsync();
        foreach (var address in new[] { "fd00::1", "fd00::ffff:1", "fd00:0:0:1::1" })
            (await lab.Lab.RunAsync([Tool.Require("ip", "iproute2"), "address", "add", $"{address}/128", "dev", "lo", "nodad"])).Succeeded();
        await StartAsync(lab, global: """{"Rate":"3/h","RatePerSource":"1/h"}""");

        Assert.Equal([Reception.Served], await KnockAsync(lab, 1, Port, "fd00::1"));
        Assert.Equal([Reception.Refused], await KnockAsync(lab, 1, OtherPort, "fd00::ffff:1"));
        Assert.Equal([Reception.Served], await KnockAsync(lab, 1, OtherPort, "fd00:0:0:1::1"));
        Assert.Equal([Reception.Served], await KnockAsync(lab, 1, Port, "127.0.0.2"));
        Assert.Equal([Reception.Refused], await KnockAsync(lab, 1, Port, "127.0.0.3"));
    }

    [Fact]
    public async Task Connections_to_the_listeners_own_port_are_judged_by_the_proxy()
    {
        await using var lab = await SteeringLab.CreateAsync();
        await StartAsync(lab, app: """{"Rate":"1/h"}""");

        Assert.Equal([Reception.Served, Reception.Reset], await KnockAsync(lab, 2, SteeringLab.ListenerPort, "127.0.0.2"));
        Assert.Equal([Reception.Served, Reception.Refused], await KnockAsync(lab, 2, Port, "127.0.0.2"));
    }

    [Fact]
    public async Task A_reload_puts_rates_in_force_and_takes_them_back()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var proxy = await StartAsync(lab);
        var without = File.ReadAllText(proxy.ConfigPath);

        await proxy.ReloadAsync(Rated(without, app: """{"Rate":"1/h"}"""));
        Assert.Equal([Reception.Served, Reception.Refused], await KnockAsync(lab, 2, Port, "127.0.0.2"));
        await proxy.ReloadAsync(Rated(without, app: """{"Rate":"1/h","Sessions":100}"""));
        Assert.Equal([Reception.Refused], await KnockAsync(lab, 1, Port, "127.0.0.2"));
        await proxy.ReloadAsync(without);
        Assert.Equal([Reception.Served, Reception.Served], await KnockAsync(lab, 2, Port, "127.0.0.2"));
    }

    private static async Task<ProxifyProcess> StartAsync(SteeringLab lab, string? global = null, string? app = null, string? transport = null)
    {
        var target = (await lab.Lab.StartEchoAsync())[0];
        var config = Config.Of(Config.App("app", Port, Config.Local(target)), Config.App("other", OtherPort, Config.Local(target)));
        return await lab.StartAsync(Rated(config, global, app), transport is null ? null : new() { Transport = transport });
    }

    private static string Rated(string config, string? global = null, string? app = null)
    {
        var json = JsonNode.Parse(config)!.AsObject();
        json["DefaultApp"] = "app";
        if (global is not null)
            json["Limits"] = JsonNode.Parse(global);
        if (app is not null)
            json["Apps"]![0]!["Limits"] = JsonNode.Parse(app);
        return json.ToJsonString();
    }

    private static async Task<List<Reception>> KnockAsync(SteeringLab lab, int times, int port, string from)
    {
        var receptions = new List<Reception>();
        for (var i = 0; i < times; i++)
            receptions.Add(await lab.KnockAsync(port, from: from));
        return receptions;
    }
}
