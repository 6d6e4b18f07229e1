namespace Proxify.SystemTests.Etcd;

/// <summary>Changes of a config that three proxies have from etcd, with a session open through each.</summary>
public sealed class EtcdChangeTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Change_is_in_force_on_every_machine_within_a_second()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 3);
        using var sessions = await fleet.OpenAsync();
        var positions = fleet.Machines.Select(static machine => machine.Proxify.LogPosition).ToArray();
        var other = EtcdFleet.Text(Config.App("other", fleet.OtherPort, $"{fleet.Target.Endpoint}"));

        await fleet.Store.PutAsync("/proxify/apps/other", other);
        var written = DateTimeOffset.UtcNow;

        foreach (var (machine, position) in fleet.Machines.Zip(positions))
        {
            var reloaded = await machine.Proxify.WaitForEventAsync("ConfigReloaded", position);
            output.WriteLine($"{machine.Name} has it {(reloaded.Time - written).TotalMilliseconds:N0} ms after etcd's answer");
            await sessions.OpenAsync(machine.Lab, fleet.OtherPort, fleet.Target);
        }

        await fleet.Store.DeleteAsync("/proxify/apps/other");
        await fleet.EachAsync(machine => machine.ServesAsync(fleet.OtherPort, false));
        await sessions.LiveAsync();
    }

    [Fact]
    public async Task What_is_written_at_once_is_one_change()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        var position = machine.Proxify.LogPosition;
        var apps = Enumerable.Range(0, 20).Select(i => (Key: $"/proxify/apps/app-{i}", Port: fleet.Lab.Port(), Name: $"app-{i}")).ToArray();

        await fleet.Store.PutAllAsync(apps.Select(app => (app.Key, EtcdFleet.Text(Config.App(app.Name, app.Port, $"{fleet.Target.Endpoint}")))));
        await machine.Proxify.WaitForEventAsync("ConfigReloaded", position);

        Assert.Single(machine.Proxify.Events.Skip(position), static e => e.Event == "ConfigReloaded");
        Assert.All(apps, app => Assert.False(machine.Lab.IsRefused(app.Port)));
    }

    [Fact]
    public async Task Invalid_config_is_refused_everywhere_by_key_and_place_until_it_is_mended()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 3);
        using var sessions = await fleet.OpenAsync();
        var positions = fleet.Machines.Select(static machine => machine.Proxify.LogPosition).ToArray();

        // A good one along with the bad one: all or nothing.
        await fleet.Store.PutAllAsync([
            ("/proxify/apps/bad", "{\n \"Name\": \"bad\", \"Ports\": [70000], \"Targets\": [\"127.0.0.1:1\"] }"),
            ("/proxify/apps/other", fleet.OtherApp),
        ]);

        foreach (var (machine, position) in fleet.Machines.Zip(positions))
        {
            var refused = await machine.Proxify.WaitForEventAsync("ConfigRejected", position);
            Assert.Contains("/proxify/apps/bad:2:27: ", $"{refused}{machine.Proxify.Process.Errors}");
            Assert.True(machine.Lab.IsRefused(fleet.OtherPort));
        }

        using var later = await fleet.OpenAsync();
        await fleet.Store.DeleteAsync("/proxify/apps/bad");
        await fleet.EachAsync(machine => machine.ServesAsync(fleet.OtherPort));
        await sessions.LiveAsync();
        await later.LiveAsync();
    }

    [Theory]
    [InlineData("""{ "Name": "app", "Ports": [{other}], "Targets": ["127.0.0.1:1"] }""", "\"app\"")]
    [InlineData("""{ "Name": "other", "Ports": [{port}], "Targets": ["127.0.0.1:1"] }""", "{port}")]
    public async Task What_two_keys_have_both_is_told_with_both(string app, string both)
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        var position = machine.Proxify.LogPosition;

        await fleet.Store.PutAsync("/proxify/apps/second", Filled(app));

        var refused = await machine.Proxify.WaitForEventAsync("ConfigRejected", position);
        var told = $"{refused}{machine.Proxify.Process.Errors}".Replace("\\u0022", "\"").Replace("\\\"", "\"");
        Assert.Contains("/proxify/apps/app", told);
        Assert.Contains("/proxify/apps/second", told);
        Assert.Contains(Filled(both), told);

        string Filled(string text) => text.Replace("{port}", $"{fleet.Port}").Replace("{other}", $"{fleet.OtherPort}");
    }

    [Fact]
    public async Task Apps_move_between_keys_and_nobody_notices()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        using var sessions = await fleet.OpenAsync();
        var machine = fleet.Machines[0];
        var position = machine.Proxify.LogPosition;

        await fleet.Store.MoveAsync("/proxify/apps/app", "/proxify/apps/elsewhere", fleet.App);
        await fleet.Store.PutAsync("/proxify/config", $$"""
            {
              "Admin": { "Socket": "admin.sock" },
              "Health": { "Active": false },
              "Apps": [{ "Name": "whole", "Ports": [{{fleet.OtherPort}}], "Targets": ["127.0.0.1:1"] }]
            }
            """);

        await machine.ServesAsync(fleet.OtherPort);
        Assert.DoesNotContain(machine.Proxify.Events.Skip(position), static e => e.Event == "ConfigRejected");
        await sessions.LiveAsync();
        using var later = await fleet.OpenAsync();
    }
}
