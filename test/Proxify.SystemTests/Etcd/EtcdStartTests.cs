namespace Proxify.SystemTests.Etcd;

/// <summary>The first seconds of a proxy whose config is in etcd, where that is there and where it is not.</summary>
public sealed class EtcdStartTests
{
    [Fact]
    public async Task Without_etcd_and_without_a_copy_one_line_says_what_is_missing()
    {
        await using var lab = await Lab.CreateAsync();
        var port = lab.Port();
        var machine = new Machine(lab, "m1", $"etcd://127.0.0.1:{port}");

        var problem = await machine.FailedStartAsync();

        Assert.Contains($"127.0.0.1:{port}", problem);
        Assert.Contains("refused", problem, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Nothing_below_the_prefix_is_an_error_that_names_it()
    {
        await using var lab = await Lab.CreateAsync();
        var etcd = await EtcdServer.StartAsync(lab);
        var machine = new Machine(lab, "m1", $"etcd://127.0.0.1:{etcd.Port}");

        Assert.Contains("/proxify/", await machine.FailedStartAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_copy_it_serves_that_says_so_and_follows_etcd_once_that_answers(bool frozen)
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        machine.Proxify.Signal(Posix.SigTerm);
        Assert.Equal(0, await machine.Proxify.ExitAsync());
        if (frozen)
            fleet.Etcd.Freeze();
        else
            await fleet.Etcd.KillAsync();

        await machine.StartAsync();

        Assert.Equal("warn", (await machine.Proxify.WaitForEventAsync("ConfigFromCopy")).Level);
        using var sessions = await fleet.OpenAsync();
        if (frozen)
            fleet.Etcd.Thaw();
        else
            await fleet.Etcd.StartAsync();
        await machine.Proxify.WaitForEventAsync("EtcdConnected");
        await fleet.Store.PutAsync("/proxify/apps/other", fleet.OtherApp);
        await machine.ServesAsync(fleet.OtherPort);
        await sessions.LiveAsync();
    }

    [Fact]
    public async Task With_errors_in_etcd_a_start_takes_the_copy_until_they_are_mended()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        await machine.KillAsync();
        await fleet.Store.PutAsync("/proxify/apps/other", "{ \"Name\": \"other\" }");

        await machine.StartAsync();

        Assert.Contains("/proxify/apps/other:1:", (await machine.Proxify.WaitForEventAsync("ConfigFromCopy")).Message);
        using var sessions = await fleet.OpenAsync();
        await fleet.Store.PutAsync("/proxify/apps/other", fleet.OtherApp);
        await machine.ServesAsync(fleet.OtherPort);
        await sessions.LiveAsync();
    }

    /// <summary>They are looked up before the privileges are given away, and the config is read again afterwards.</summary>
    [Fact]
    public async Task Steered_start_on_the_copy_keeps_the_right_that_the_config_needs()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        await fleet.ReloadAsync("/proxify/apps/other", EtcdFleet.Text(Config.App("other", fleet.OtherPort, "10.77.0.9:1").With("Source", "client")));
        await machine.HasCopyOfAsync("apps/other");
        await machine.KillAsync();
        await fleet.Etcd.KillAsync();

        await machine.StartAsync(new() { Arguments = ["-b"] });

        await machine.Proxify.WaitForEventAsync("ConfigFromCopy");
        var status = await File.ReadAllTextAsync($"/proc/{machine.Proxify.Process.Pid}/status", TestContext.Current.CancellationToken);
        Assert.Contains("CapEff:\t0000000000002000", status); // CAP_NET_RAW (13)
        using var sessions = await fleet.OpenAsync();
        await fleet.Etcd.StartAsync();
        await fleet.Store.DeleteAsync("/proxify/apps/other");
        await machine.ServesAsync(fleet.OtherPort, false);
        await sessions.LiveAsync();
    }

    [Fact]
    public async Task Copy_is_for_its_owner_alone()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);

        var copy = Path.Combine(fleet.Machines[0].Folder, "keys.json");

        Assert.Equal("600", (await fleet.Lab.RunAsync(["stat", "-c", "%a", copy])).Succeeded().Output);
    }

    [Fact]
    public async Task Check_tells_every_error_by_key_and_place()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        string[] check = [Repository.Binary, "check", "-c", machine.Config];
        (await machine.Lab.RunAsync(check)).Succeeded();
        await fleet.Store.PutAsync("/proxify/apps/one", """
            {
              "Name": "one", "Ports": [99999], "Targets": ["127.0.0.1:1"]
            }
            """);
        await fleet.Store.PutAsync("/proxify/apps/two", """{ "Name": "two", "Prots": [1] }""");

        var checkedAgain = await machine.Lab.RunAsync(check);

        Assert.Equal(1, checkedAgain.ExitCode);
        Assert.Contains("/proxify/apps/one:2:28: ", checkedAgain.Errors + checkedAgain.Output);
        Assert.Contains("/proxify/apps/two:1:18: ", checkedAgain.Errors + checkedAgain.Output);
    }
}
