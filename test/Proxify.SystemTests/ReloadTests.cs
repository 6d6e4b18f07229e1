namespace Proxify.SystemTests;

public sealed class ReloadTests
{
    [Fact]
    public async Task Rejected_reload_with_thousands_of_errors_is_one_line_of_bounded_length()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = await lab.StartProxifyAsync(Config.Single(lab.Port(), lab.Port()));

        proxy.SaveConfig($$"""{"Apps":[{"Name":"a","Ports":[{{string.Join(',', Enumerable.Repeat(0, 5_000))}}],"Targets":["127.0.0.1:1"]}]}""");

        var rejected = await proxy.WaitForEventAsync("ConfigRejected");
        Assert.Contains("Apps[0].Ports[9]: port 0 is out of range", rejected.Message);
        Assert.EndsWith("; and 991 more (proxify check prints every one)", rejected.Message);
        Assert.InRange(rejected.Message.Length, 1, 3_000);
    }

    [Fact]
    public async Task Save_in_place_applies_the_new_config()
    {
        await using var lab = await Lab.CreateAsync();
        await AppliesAsync(lab, static (proxy, config) => proxy.SaveConfig(config));
    }

    [Fact]
    public async Task Save_by_rename_applies_the_new_config()
    {
        await using var lab = await Lab.CreateAsync();
        await AppliesAsync(lab, static (proxy, config) => proxy.ReplaceConfig(config));
    }

    [Fact]
    public async Task Hang_up_reads_the_config_again()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = await lab.StartProxifyAsync(Config.Single(lab.Port(), lab.Port()));

        proxy.Signal(Posix.SigHup);
        await proxy.WaitForEventAsync("ConfigReloaded");

        Assert.False(proxy.Process.HasExited);
    }

    [Fact]
    public async Task Session_of_a_removed_app_lives_on()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var (kept, removed) = (lab.Port(), lab.Port());
        var keptApp = Config.App("kept", kept, Config.Local(lab.Port()));
        var proxy = await lab.StartProxifyAsync(Config.Of(keptApp, Config.App("removed", removed, Config.Local(targets.Port))));
        using var client = await lab.ConnectAsync(removed);
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);

        await proxy.ReloadAsync(Config.Of(keptApp));

        await lab.ExpectRefusedAsync(removed);
        await Peer.PingPongAsync(client, target);
        client.Fin();
        await target.ExpectFinAsync();
        target.Fin();
        await client.ExpectFinAsync();
        var session = await proxy.WaitForSessionAsync(client);
        Assert.Equal(("removed", "done"), (session.App, session.Reason));
    }

    [Fact]
    public async Task Session_to_a_removed_target_lives_on_and_new_ones_go_elsewhere()
    {
        await using var lab = await Lab.CreateAsync();
        using var old = lab.Listen();
        using var current = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, old.Port));
        using var client = await lab.ConnectAsync(port);
        using var target = await old.AcceptAsync();

        await proxy.ReloadAsync(Config.Single(port, current.Port));

        await Peer.PingPongAsync(client, target);
        using var newClient = await lab.ConnectAsync(port);
        using var newTarget = await current.AcceptAsync();
        await Peer.PingPongAsync(newClient, newTarget);
    }

    [Fact]
    public async Task Bad_config_is_logged_once_with_its_place_and_changes_nothing()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, echo[0]));

        proxy.ReplaceConfig("""
            {"Apps":[
              {"Name":"a","Ports":[0],"Targets":["127.0.0.1:1"]}]}
            """);
        var rejected = await proxy.WaitForEventAsync("ConfigRejected");

        Assert.Contains("config.json:2:", rejected.Message);
        Assert.Contains("Apps[0].Ports[0]", rejected.Message);
        Assert.Equal("error", rejected.Level);
        await lab.EchoesAsync(port);
        await Patience.Never(() => proxy.Events.Count(static e => e.Event == "ConfigRejected") > 1);
        await proxy.ReloadAsync(Config.Single(port, echo[0]));
    }

    [Fact]
    public async Task Config_that_vanishes_changes_nothing()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, echo[0]));

        File.Delete(proxy.ConfigPath);
        proxy.Signal(Posix.SigHup);
        await proxy.WaitForEventAsync("ConfigRejected");

        await lab.EchoesAsync(port);
        var added = lab.Port();
        await proxy.ReloadAsync(Config.Single(added, echo[0]));
        await lab.EchoesAsync(added);
    }

    [Fact]
    public async Task Port_in_use_on_reload_keeps_the_old_config()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        using var taken = lab.Listen(System.Net.IPAddress.Any);
        var (port, added) = (lab.Port(), lab.Port());
        var proxy = await lab.StartProxifyAsync(Config.Single(port, echo[0]));

        proxy.ReplaceConfig(Config.Of(Config.App("added", added, Config.Local(echo[0])), Config.App("taken", taken.Port, Config.Local(echo[0]))));
        var rejected = await proxy.WaitForEventAsync("ConfigRejected");

        Assert.Contains($":{taken.Port}", rejected.Message);
        await lab.EchoesAsync(port);
        await lab.ExpectRefusedAsync(added);
    }

    [Fact]
    public async Task Port_that_changes_its_app_serves_the_new_one()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var (first, second) = (lab.Port(), lab.Port());
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("a", first, Config.Local(echo[0])), Config.App("b", second, Config.Local(echo[0]))));

        await proxy.ReloadAsync(Config.Of(Config.App("a", second, Config.Local(echo[0])), Config.App("b", first, Config.Local(echo[0]))));

        await lab.EchoesAsync(first);
        Assert.Equal("b", (await proxy.WaitForEventAsync("Session")).App);
    }

    private static async Task AppliesAsync(Lab lab, Action<ProxifyProcess, string> save)
    {
        var echo = await lab.StartEchoAsync();
        var (old, added) = (lab.Port(), lab.Port());
        var proxy = await lab.StartProxifyAsync(Config.Single(old, echo[0]));
        await lab.EchoesAsync(old);

        // There and back: what watches must go on watching.
        await SaveAndWaitAsync(Config.Single(added, echo[0]));
        await lab.EchoesAsync(added);
        await lab.ExpectRefusedAsync(old);
        await SaveAndWaitAsync(Config.Single(old, echo[0]));
        await lab.EchoesAsync(old);
        await lab.ExpectRefusedAsync(added);

        async Task SaveAndWaitAsync(string config)
        {
            var position = proxy.LogPosition;
            save(proxy, config);
            await proxy.WaitForEventAsync("ConfigReloaded", position);
        }
    }
}
