using System.Text.Json.Nodes;

namespace Proxify.SystemTests.Steering;

/// <summary>
/// Who may connect: the same rules in the kernel at the SYN (steered) and in the proxy at accept (native). What differs is how a refused client is told.
/// </summary>
public sealed class SourcesTests
{
    private const int Port = 5001;
    private const int OtherPort = 5002;

    [Fact]
    public async Task What_the_kernel_refuses_is_told_in_one_line()
    {
        await using var lab = await CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var steered = await lab.StartAsync(Rules(echo[0], """{"Deny":["127.0.0.5"]}""", ""));
        for (var i = 0; i < 3; i++)
            Assert.Equal(Reception.Refused, await lab.KnockAsync(Port, from: "127.0.0.5"));

        steered.Signal(Posix.SigTerm);
        Assert.Equal(0, await steered.ExitAsync());

        var told = Assert.Single(steered.Events, static e => e.Event == "RefusedInKernel");
        Assert.InRange(told.Number("denied"), 3, 30); // a refused client may try again
        Assert.Equal(0, told.Number("limited"));
    }

    [Theory]
    // No rule for anybody.
    [InlineData("", "", "127.0.0.5", true)]
    // Deny.
    [InlineData("""{"Deny":["127.0.0.5"]}""", "", "127.0.0.5", false)]
    [InlineData("""{"Deny":["127.0.0.5"]}""", "", "127.0.0.6", true)]
    [InlineData("""{"Deny":["127.0.0.4/30"]}""", "", "127.0.0.6", false)]
    [InlineData("""{"Deny":["127.0.0.4/30"]}""", "", "fd00::5", true)]
    [InlineData("""{"Deny":["fd00::/16"]}""", "", "fd00::5", false)]
    [InlineData("""{"Deny":["fd00::/16"]}""", "", "::1", true)]
    [InlineData("""{"Deny":["::/0"]}""", "", "fd00::5", false)]
    [InlineData("""{"Deny":["::/0"]}""", "", "127.0.0.5", true)]
    // Allow: everybody else is denied, of either family.
    [InlineData("""{"Allow":["127.0.0.4/30"]}""", "", "127.0.0.5", true)]
    [InlineData("""{"Allow":["127.0.0.4/30"]}""", "", "127.0.0.9", false)]
    [InlineData("""{"Allow":["127.0.0.4/30"]}""", "", "fd00::5", false)]
    [InlineData("""{"Allow":["fd00::/64"]}""", "", "fd00::5", true)]
    [InlineData("""{"Allow":["fd00::/64"]}""", "", "fd00:1::5", false)]
    [InlineData("""{"Allow":["fd00::/64"]}""", "", "127.0.0.5", false)]
    // The longest prefix decides, and a tie denies.
    [InlineData("""{"Allow":["127.0.0.0/8","127.0.0.5"],"Deny":["127.0.0.0/24"]}""", "", "127.0.0.5", true)]
    [InlineData("""{"Allow":["127.0.0.0/8","127.0.0.5"],"Deny":["127.0.0.0/24"]}""", "", "127.0.0.6", false)]
    [InlineData("""{"Allow":["127.0.0.0/8","127.0.0.5"],"Deny":["127.0.0.0/24"]}""", "", "127.0.1.6", true)]
    [InlineData("""{"Allow":["127.0.0.5"],"Deny":["127.0.0.5"]}""", "", "127.0.0.5", false)]
    // The app's, alone and after the file's: either refuses.
    [InlineData("", """{"Deny":["127.0.0.5"]}""", "127.0.0.5", false)]
    [InlineData("", """{"Allow":["127.0.0.5"]}""", "127.0.0.5", true)]
    [InlineData("", """{"Allow":["127.0.0.5"]}""", "127.0.0.6", false)]
    [InlineData("", """{"Allow":["fd00::5"]}""", "fd00::5", true)]
    [InlineData("""{"Deny":["127.0.0.0/8"]}""", """{"Allow":["127.0.0.5"]}""", "127.0.0.5", false)]
    [InlineData("""{"Allow":["127.0.0.5"]}""", """{"Deny":["127.0.0.0/8"]}""", "127.0.0.5", false)]
    [InlineData("""{"Allow":["127.0.0.0/8"]}""", """{"Allow":["127.0.0.5"]}""", "127.0.0.5", true)]
    public async Task Both_enforcers_apply_the_same_rules(string global, string app, string source, bool isServed)
    {
        await using var lab = await CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var config = Rules(echo[0], global, app);

        var steered = await lab.StartAsync(config);
        Assert.Equal(isServed ? Reception.Served : Reception.Refused, await lab.KnockAsync(Port, from: source));
        // Only the app with the rules is meant by them.
        if (global == "")
            Assert.Equal(Reception.Served, await lab.KnockAsync(OtherPort, from: source));
        steered.Signal(Posix.SigTerm);
        Assert.Equal(0, await steered.ExitAsync());

        var native = await lab.Lab.StartProxifyAsync(config);
        Assert.Equal(isServed ? Reception.Served : Reception.Reset, await lab.KnockAsync(Port, from: source));
        if (global == "")
            Assert.Equal(Reception.Served, await lab.KnockAsync(OtherPort, from: source));
        native.Signal(Posix.SigTerm);
        Assert.Equal(0, await native.ExitAsync());

        var served = (isServed ? 1 : 0) + (global == "" ? 1 : 0);
        Assert.Equal(served, steered.Sessions.Count());
        Assert.Equal(served, native.Sessions.Count());
    }

    [Fact]
    public async Task Refused_source_costs_a_count_and_neither_an_accept_nor_a_log_line()
    {
        await using var lab = await CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Rules(echo[0], """{"Deny":["127.0.0.5"]}""", ""), new() { Arguments = ["--log-level", "trace"] });
        await proxy.WaitForEventAsync("AdminListening"); // the last line of a start
        var (lines, accepted, denied) = (proxy.LogPosition, await AcceptedAsync(lab), await lab.CounterAsync("denied"));

        for (var i = 0; i < 5; i++)
            Assert.Equal(Reception.Refused, await lab.KnockAsync(Port, from: "127.0.0.5"));

        Assert.Equal(denied + 5, await lab.CounterAsync("denied"));
        Assert.Equal(accepted, await AcceptedAsync(lab));
        await Patience.Never(() =>
        {
            // But for the one line that sums up half a minute, on a machine that takes so long.
            Assert.DoesNotContain(proxy.Events.Skip(lines), static e => e.Event != "RefusedInKernel");
            return false;
        });
    }

    [Fact]
    public async Task Reload_changes_the_rules_for_new_connections_and_cuts_no_live_one()
    {
        await using var lab = await CreateAsync();
        using var targets = lab.Lab.Listen();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Single(Port, targets.Port));
        using var client = await lab.Lab.ConnectAsync(Port);
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);

        await proxy.ReloadAsync(Rules(echo[0], """{"Allow":["127.0.0.5"]}""", ""));
        Assert.Equal(Reception.Served, await lab.KnockAsync(Port, from: "127.0.0.5"));
        Assert.Equal(Reception.Refused, await lab.KnockAsync(Port, from: "127.0.0.6"));
        Assert.Equal(Reception.Refused, await lab.KnockAsync(Port, from: "fd00::5"));
        await Peer.PingPongAsync(client, target);

        await proxy.ReloadAsync(Rules(echo[0], "", """{"Deny":["127.0.0.5","fd00::/64"]}"""));
        Assert.Equal(Reception.Refused, await lab.KnockAsync(Port, from: "127.0.0.5"));
        Assert.Equal(Reception.Refused, await lab.KnockAsync(Port, from: "fd00::5"));
        Assert.Equal(Reception.Served, await lab.KnockAsync(Port, from: "127.0.0.6"));
        Assert.Equal(Reception.Served, await lab.KnockAsync(OtherPort, from: "127.0.0.5"));

        await proxy.ReloadAsync(Rules(echo[0], "", ""));
        Assert.Equal(Reception.Served, await lab.KnockAsync(Port, from: "127.0.0.5"));
        Assert.Equal(Reception.Served, await lab.KnockAsync(Port, from: "fd00::5"));
        await Peer.PingPongAsync(client, target);
    }

    [Fact]
    public async Task Rejected_reload_leaves_the_rules_in_force()
    {
        await using var lab = await CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Rules(echo[0], """{"Deny":["127.0.0.5"]}""", ""));

        proxy.ReplaceConfig(Rules(echo[0], """{"Deny":["127.0.0.5/8"]}""", ""));
        await proxy.WaitForEventAsync("ConfigRejected");

        Assert.Equal(Reception.Refused, await lab.KnockAsync(Port, from: "127.0.0.5"));
        Assert.Equal(Reception.Served, await lab.KnockAsync(Port, from: "127.0.0.6"));
    }

    [Fact]
    public async Task Default_apps_rules_hold_for_ports_opened_by_hand_and_for_the_listener_itself()
    {
        await using var lab = await CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var config = JsonNode.Parse(Rules(echo[0], "", """{"Deny":["127.0.0.5"]}"""))!.AsObject();
        config["DefaultApp"] = "app";
        await lab.StartAsync(config.ToJsonString());
        await lab.Bpftool.OpenAsync(7);

        Assert.Equal(Reception.Refused, await lab.KnockAsync(7, from: "127.0.0.5"));
        Assert.Equal(Reception.Served, await lab.KnockAsync(7, from: "127.0.0.6"));
        // Nobody steers this one, so it is the proxy that judges.
        Assert.Equal(Reception.Reset, await lab.KnockAsync(SteeringLab.ListenerPort, from: "127.0.0.5"));
        Assert.Equal(Reception.Served, await lab.KnockAsync(SteeringLab.ListenerPort, from: "127.0.0.6"));
    }

    /// <summary>A lab whose loopback has more IPv6 addresses; of IPv4 it has all of 127.0.0.0/8.</summary>
    private static async Task<SteeringLab> CreateAsync()
    {
        var lab = await SteeringLab.CreateAsync();
        foreach (var address in new[] { "fd00::5", "fd00:1::5" })
            (await lab.Lab.RunAsync([Tool.Require("ip", "iproute2"), "address", "add", $"{address}/128", "dev", "lo", "nodad"])).Succeeded();
        return lab;
    }

    /// <summary>Connections that this namespace's TCP has ever accepted (PassiveOpens of /proc/net/snmp), those of the echo targets included.</summary>
    private static async Task<long> AcceptedAsync(SteeringLab lab)
    {
        var tcp = (await lab.Lab.RunAsync(["grep", "^Tcp:", "/proc/net/snmp"])).Succeeded().Output.Split('\n');
        return long.Parse(tcp[1].Split(' ')[Array.IndexOf(tcp[0].Split(' '), "PassiveOpens")]);
    }

    private static string Rules(int target, string global, string app)
    {
        var config = JsonNode.Parse(Config.Of(Config.App("app", Port, Config.Local(target)), Config.App("other", OtherPort, Config.Local(target))))!.AsObject();
        if (global != "")
            config["Sources"] = JsonNode.Parse(global);
        if (app != "")
            config["Apps"]![0]!["Sources"] = JsonNode.Parse(app);
        return config.ToJsonString();
    }
}
