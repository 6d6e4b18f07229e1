namespace Proxify.SystemTests.Etcd;

/// <summary>Targets that are drained and disabled on every machine at once.</summary>
public sealed class EtcdMarkTests
{
    [Fact]
    public async Task Target_drained_on_one_machine_is_drained_on_all_until_it_is_enabled()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 3);
        using var spare = await SpareAsync(fleet);
        using var sessions = await fleet.OpenAsync();
        var (first, last) = (fleet.Machines[0], fleet.Machines[2]);

        (await first.CommandAsync("drain", "--everywhere", "app", $"{fleet.Target.Endpoint}")).Succeeded();

        await fleet.EachAsync(static machine => machine.Proxify.WaitForEventAsync("MarkSet"));
        await GoesToAsync(fleet, spare);
        var mark = Assert.Single((await last.AskAsync("/v1/fleet")).GetProperty("marks").EnumerateArray());
        Assert.Equal($"{fleet.Target.Endpoint}", mark.GetProperty("target").GetString());
        Assert.Equal("drained", mark.GetProperty("state").GetString());
        Assert.Equal("m1", mark.GetProperty("machine").GetString());
        Assert.NotEmpty(mark.GetProperty("by").GetString()!);
        await sessions.LiveAsync();

        (await last.CommandAsync("enable", "--everywhere", "app", $"{fleet.Target.Endpoint}")).Succeeded();

        await fleet.EachAsync(static machine => machine.Proxify.WaitForEventAsync("MarkEnded"));
        await GoesToAsync(fleet, fleet.Target);
        Assert.Contains($"@{Environment.MachineName}", (await last.Proxify.WaitForEventAsync("MarkTakenAway")).Message);
        Assert.Empty(await fleet.Store.KeysAsync("/proxify/changes/"));
        await sessions.LiveAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Drain_for_a_time_ends_by_itself(bool withoutEtcd)
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 2);
        using var spare = await SpareAsync(fleet);

        (await fleet.Machines[0].CommandAsync("drain", "--everywhere", "--for", "3s", "app", $"{fleet.Target.Endpoint}")).Succeeded();
        await fleet.EachAsync(static machine => machine.Proxify.WaitForEventAsync("MarkSet"));
        if (withoutEtcd)
            await fleet.Etcd.KillAsync();

        await fleet.EachAsync(static machine => machine.Proxify.WaitForEventAsync("MarkEnded"));
        await GoesToAsync(fleet, fleet.Target);
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("drain", "--within", "1s")]
    public async Task Sessions_of_a_target_are_ended_on_every_machine_and_others_are_not(params string[] command)
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 2);
        using var spare = fleet.Listen();
        await fleet.ReloadAsync("/proxify/apps/other", EtcdFleet.Text(Config.App("other", fleet.OtherPort, $"{spare.Endpoint}")));
        using var others = new LongSessions();
        using var ending = new LongSessions();
        var clients = new List<Peer>();
        foreach (var machine in fleet.Machines)
        {
            await others.OpenAsync(machine.Lab, fleet.OtherPort, spare);
            clients.Add((await ending.OpenAsync(machine.Lab, fleet.Port, fleet.Target)).Client);
        }

        (await fleet.Machines[0].CommandAsync([.. command, "--everywhere", "app", $"{fleet.Target.Endpoint}"])).Succeeded();

        foreach (var client in clients)
            await client.ExpectResetAsync();
        await others.LiveAsync();
    }

    [Fact]
    public async Task Mark_holds_while_etcd_is_away_and_over_a_start_on_the_copy()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        using var spare = await SpareAsync(fleet);
        var machine = fleet.Machines[0];
        (await machine.CommandAsync("drain", "--everywhere", "app", $"{fleet.Target.Endpoint}")).Succeeded();
        await machine.Proxify.WaitForEventAsync("MarkSet");
        await GoesToAsync(fleet, spare);
        await machine.HasCopyOfAsync("changes/app/");

        await fleet.Etcd.KillAsync();
        await machine.Proxify.WaitForEventAsync("EtcdLost");
        await GoesToAsync(fleet, spare);
        await machine.KillAsync();
        await machine.StartAsync();
        await machine.Proxify.WaitForEventAsync("ConfigFromCopy");

        await GoesToAsync(fleet, spare);
        var refused = await machine.CommandAsync("enable", "--everywhere", "app", $"{fleet.Target.Endpoint}");
        Assert.Equal(1, refused.ExitCode);
        Assert.NotEmpty(refused.Errors);
    }

    [Fact]
    public async Task Mark_of_a_target_that_no_app_has_is_refused()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);

        var refused = await fleet.Machines[0].CommandAsync("drain", "--everywhere", "app", "10.9.9.9:1");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("10.9.9.9:1", refused.Errors);
        Assert.Empty(await fleet.Store.KeysAsync("/proxify/changes/"));
    }

    /// <summary>Gives <c>app</c> a second target, to which its sessions may go.</summary>
    private static async Task<PeerListener> SpareAsync(EtcdFleet fleet)
    {
        var spare = fleet.Listen();
        await fleet.ReloadAsync(
            "/proxify/apps/app",
            EtcdFleet.Text(Config.App("app", fleet.Port, $"{fleet.Target.Endpoint}", $"{spare.Endpoint}").With("Balancing", "first")));
        return spare;
    }

    /// <summary>Where a new session of <c>app</c> goes, from each machine.</summary>
    private static async Task GoesToAsync(EtcdFleet fleet, PeerListener expected)
    {
        using var sessions = new LongSessions();
        foreach (var machine in fleet.Machines)
            await sessions.OpenAsync(machine.Lab, fleet.Port, expected);
    }
}
