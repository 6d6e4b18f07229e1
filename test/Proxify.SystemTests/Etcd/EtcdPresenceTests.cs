using System.Text.Json;
using Proxify.SystemTests.Upgrade;

namespace Proxify.SystemTests.Etcd;

/// <summary>Machines that share a config see each other.</summary>
public sealed class EtcdPresenceTests
{
    private const int LeaseSeconds = 15;

    [Fact]
    public async Task Machines_are_listed_until_they_end()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 3);
        var (first, ends, dies) = (fleet.Machines[0], fleet.Machines[1], fleet.Machines[2]);
        using var sessions = new LongSessions();
        await sessions.OpenAsync(first.Lab, fleet.Port, fleet.Target);
        await ListsAsync(first, "m1", "m2", "m3");
        var listed = (await first.CommandAsync("status", "--fleet")).Succeeded().Output;
        Assert.All(fleet.Machines, machine => Assert.Contains(machine.Name, listed));

        // Who ends in order says so, and is off the list when its process has ended.
        ends.Proxify.Signal(Posix.SigTerm);
        Assert.Equal(0, await ends.Proxify.ExitAsync());
        Assert.Equal(["m1", "m3"], await NamesAsync(first));

        // For who dies its lease says so: nobody renews it, and when it ends, as it does here before its time, the machine is off the list.
        var lease = await fleet.Store.LeaseAsync("/proxify/machines/m3");
        await dies.KillAsync();
        var (granted, left) = await fleet.Store.TimeAsync(lease);
        Assert.Equal(LeaseSeconds, granted);
        Assert.InRange(left, 1, LeaseSeconds);
        await fleet.Store.SucceedAsync("lease", "revoke", lease);
        await ListsAsync(first, "m1");
        await sessions.LiveAsync();
    }

    [Fact]
    public async Task Machine_tells_what_is_in_force_there_and_why_not_the_newest()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 2);
        using var sessions = await fleet.OpenAsync();
        var before = await fleet.Store.RevisionAsync();

        await fleet.Store.PutAsync("/proxify/apps/bad", """{ "Name": "bad" }""");

        var machines = await UntilAsync(fleet.Machines[0], static fleet => fleet.All(static machine => machine.GetProperty("problems").GetArrayLength() > 0));
        Assert.All(machines, machine =>
        {
            Assert.Contains("/proxify/apps/bad:1:", machine.GetProperty("problems")[0].GetString());
            Assert.InRange(machine.GetProperty("revision").GetInt64(), 1, before);
            Assert.Equal("running", machine.GetProperty("state").GetString());
        });
        await fleet.Store.DeleteAsync("/proxify/apps/bad");
        await UntilAsync(fleet.Machines[0], static fleet => fleet.All(static machine => machine.GetProperty("problems").GetArrayLength() == 0));
    }

    [Fact]
    public async Task Machine_is_on_the_list_again_when_its_lease_was_lost()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        await ListsAsync(machine, "m1");
        var lease = await fleet.Store.LeaseAsync("/proxify/machines/m1");

        await fleet.Store.SucceedAsync("lease", "revoke", lease);

        await Patience.Eventually(async () => (await fleet.Store.KeysAsync("/proxify/machines/")).Length == 1);
        Assert.NotEqual(lease, await fleet.Store.LeaseAsync("/proxify/machines/m1"));
    }

    [Fact]
    public async Task Two_machines_of_one_name_are_told()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        await ListsAsync(machine, "m1");
        var other = new Machine(fleet.Lab, "m1", $"etcd://{EtcdFleet.Address}:{fleet.Etcd.Port}");
        other.Launch();
        await other.Proxify.WaitForEventAsync("EtcdConnected");
        await Patience.Eventually(async () => (await MachinesAsync(machine)).Any(listed => listed.GetProperty("pid").GetInt32() == other.Proxify.Process.Pid));

        // With the next that either has to tell.
        await fleet.ReloadAsync("/proxify/apps/other", fleet.OtherApp);

        await Patience.Eventually(() => machine.Proxify.Events.Concat(other.Proxify.Events).Any(
            static e => e.Level == "warn" && e.Message.Contains("m1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Upgraded_machine_stays_on_the_list()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 2);
        var (upgraded, other) = (fleet.Machines[0], fleet.Machines[1]);
        await using var family = new Family(upgraded.Proxify);
        using var sessions = await fleet.OpenAsync();
        await ListsAsync(other, "m1", "m2");
        var gone = 0;
        using var ended = new CancellationTokenSource();
        var watching = WatchAsync();

        (await upgraded.CommandAsync("upgrade")).Succeeded();

        await Patience.Eventually(() => upgraded.Proxify.Process.HasExited);
        var machines = await UntilAsync(other, fleet => fleet.Any(machine => machine.GetProperty("pid").GetInt32() != upgraded.Proxify.Process.Pid
            && machine.GetProperty("name").GetString() == "m1"));
        await ended.CancelAsync();
        await watching;
        Assert.Equal(0, gone);
        Assert.Equal(2, machines.Count);
        await sessions.LiveAsync();
        await fleet.Store.PutAsync("/proxify/apps/other", fleet.OtherApp);
        await fleet.EachAsync(machine => machine.ServesAsync(fleet.OtherPort));

        async Task WatchAsync()
        {
            while (!ended.IsCancellationRequested)
            {
                if (!(await NamesAsync(other)).SequenceEqual(["m1", "m2"]))
                    gone++;
            }
        }
    }

    [Fact]
    public async Task Upgrade_while_etcd_is_away_goes_on_with_the_copy()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        var machine = fleet.Machines[0];
        await using var family = new Family(machine.Proxify);
        using var sessions = await fleet.OpenAsync();
        await fleet.Etcd.KillAsync();

        (await machine.CommandAsync("upgrade")).Succeeded();

        await machine.Proxify.WaitForEventAsync("ConfigFromCopy");
        await Patience.Eventually(() => machine.Proxify.Process.HasExited);
        await sessions.LiveAsync();
        using var later = await fleet.OpenAsync();
        await fleet.Etcd.StartAsync();
        await fleet.Store.PutAsync("/proxify/apps/other", fleet.OtherApp);
        await machine.ServesAsync(fleet.OtherPort);
        await sessions.LiveAsync();
    }

    private static Task ListsAsync(Machine machine, params string[] names) =>
        Patience.Eventually(async () => (await NamesAsync(machine)).SequenceEqual(names), what: $"{machine.Name} lists {string.Join(", ", names)}");

    private static async Task<IEnumerable<string>> NamesAsync(Machine machine) =>
        (await MachinesAsync(machine)).Select(static listed => listed.GetProperty("name").GetString()!);

    private static async Task<List<JsonElement>> UntilAsync(Machine machine, Func<List<JsonElement>, bool> fits)
    {
        List<JsonElement> machines = [];
        await Patience.Eventually(async () => fits(machines = await MachinesAsync(machine)));
        return machines;
    }

    private static async Task<List<JsonElement>> MachinesAsync(Machine machine) =>
        [.. (await machine.AskAsync("/v1/fleet")).GetProperty("machines").EnumerateArray()];
}
