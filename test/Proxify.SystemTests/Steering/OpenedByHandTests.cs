namespace Proxify.SystemTests.Steering;

/// <summary>Ports that an operator opens and closes with bpftool while the proxy runs.</summary>
public sealed class OpenedByHandTests
{
    private const string Line = "hello there general kenobi\n";

    [Fact]
    public async Task Readmes_sequence_opens_port_7_for_the_next_connection_and_closes_it_again()
    {
        var nc = Tool.Require("nc", "netcat-openbsd");
        await using var lab = await SteeringLab.CreateAsync();
        await lab.Lab.StartEchoAsync(9001, 9002, 9003);
        await lab.StartAsync("", new() { ConfigPath = Path.Combine(Repository.Root, "config.json") });
        var id = $"{await lab.Bpftool.PortsMapIdAsync()}";

        Assert.Contains($"{id}: hash  name proxy_ports  flags 0x0\n\tkey 2B  value 1B  max_entries 65536", await lab.Bpftool.RunAsync("map"));
        var dump = await lab.Bpftool.RunAsync("map", "dump", "id", id);
        Assert.Matches("""\[?\{\s+"key": 5001,\s+"value": 1\s+\}""", dump);
        Assert.Equal(12, dump.Split("\"key\"").Length - 1);
        Assert.NotEqual(0, (await NetcatAsync()).ExitCode);

        await lab.Bpftool.RunAsync("map", "update", "id", id, "key", "0x07", "0x00", "value", "0x00");
        Assert.Equal(Line, (await NetcatAsync()).Succeeded().Output + '\n');
        Assert.Contains("attach_type sk_lookup", await lab.Bpftool.RunAsync("link"));
        Assert.True(await lab.Bpftool.ShowsLinkAsync());

        await lab.Bpftool.RunAsync("map", "delete", "id", id, "key", "0x07", "0x00");
        Assert.NotEqual(0, (await NetcatAsync()).ExitCode);

        Task<ToolResult> NetcatAsync() => lab.Lab.RunAsync([nc, "-N", "-4", "localhost", "7"], Line);
    }

    [Fact]
    public async Task Port_opened_by_hand_survives_reloads_that_name_it_and_drop_it()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Single(5001, echo[0]));
        await lab.Bpftool.OpenAsync(7);

        await proxy.ReloadAsync(Config.Single(5002, echo[0]));
        Assert.Equal(new() { [7] = 0, [5002] = 1 }, await lab.Bpftool.DumpPortsAsync());
        Assert.Equal(Reception.Served, await lab.KnockAsync(7));

        await proxy.ReloadAsync(Config.Single(7, echo[0]));
        Assert.Equal(Reception.Served, await lab.KnockAsync(7));
        await proxy.ReloadAsync(Config.Single(5001, echo[0]));
        Assert.Equal(new() { [7] = 0, [5001] = 1 }, await lab.Bpftool.DumpPortsAsync());
        Assert.Equal(Reception.Served, await lab.KnockAsync(7));
    }

    [Fact]
    public async Task Port_opened_by_hand_is_announced_once()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Single(5001, echo[0]));
        await lab.Bpftool.OpenAsync(7);

        for (var i = 0; i < 3; i++)
            Assert.Equal(Reception.Served, await lab.KnockAsync(7));

        await Patience.Eventually(() => proxy.Sessions.Count() == 3);
        Assert.Equal("7", Assert.Single(proxy.Events, static e => e.Event == "PortOpenedByHand").Text("port"));
    }

    [Fact]
    public async Task Configs_port_written_again_by_hand_stays_when_the_config_drops_it()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Single(5001, echo[0]));
        await lab.Bpftool.OpenAsync(5001);

        await proxy.ReloadAsync(Config.Single(5002, echo[0]));

        Assert.Equal(new() { [5001] = 0, [5002] = 1 }, await lab.Bpftool.DumpPortsAsync());
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
    }

    [Fact]
    public async Task Configs_port_deleted_by_hand_stays_closed_until_the_config_names_it_anew()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var both = Config.Of(Config.App("a", 5001, Config.Local(echo[0])), Config.App("b", 5002, Config.Local(echo[0])));
        var proxy = await lab.StartAsync(both);

        await lab.Bpftool.CloseAsync(5001);
        Assert.Equal(Reception.Refused, await lab.KnockAsync(5001));
        await proxy.ReloadAsync(both + " ");
        Assert.Equal(Reception.Refused, await lab.KnockAsync(5001));
        Assert.Equal(Reception.Served, await lab.KnockAsync(5002));

        await proxy.ReloadAsync(Config.Single(5002, echo[0]));
        await proxy.ReloadAsync(both);
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
    }

    [Fact]
    public async Task Session_lives_on_when_its_port_is_deleted()
    {
        await using var lab = await SteeringLab.CreateAsync();
        using var targets = lab.Lab.Listen();
        await lab.StartAsync(Config.Single(5001, targets.Port));
        await lab.Bpftool.OpenAsync(7);
        using var client = await lab.Lab.ConnectAsync(7);
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);

        await lab.Bpftool.CloseAsync(7);

        Assert.Equal(Reception.Refused, await lab.KnockAsync(7));
        await Peer.PingPongAsync(client, target);
        client.Fin();
        await target.ExpectFinAsync();
        target.Fin();
        await client.ExpectFinAsync();
    }
}
