namespace Proxify.SystemTests.Etcd;

/// <summary>etcd goes away, comes back, forgets, and changes its leader; sessions and what is served do not care.</summary>
public sealed class EtcdOutageTests
{
    private const int ManyChanges = 2_000;
    private const int LongText = 8_000; // so many changes of it are more than sockets hold: etcd has to wait, and sends what is left many at once

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Etcd_that_comes_back_is_followed_again(bool inOrder)
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 2);
        using var sessions = await fleet.OpenAsync();

        await (inOrder ? fleet.Etcd.StopAsync() : fleet.Etcd.KillAsync());
        foreach (var machine in fleet.Machines)
            Assert.Equal("warn", (await machine.Proxify.WaitForEventAsync("EtcdLost")).Level);
        using var meanwhile = await fleet.OpenAsync();
        await fleet.Etcd.StartAsync();
        await PutOtherAsync(fleet);

        await fleet.EachAsync(machine => machine.ServesAsync(fleet.OtherPort));
        await sessions.LiveAsync();
        await meanwhile.LiveAsync();
    }

    [Fact]
    public async Task Etcd_that_says_nothing_any_more_is_noticed()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        using var sessions = await fleet.OpenAsync();
        var machine = fleet.Machines[0];

        fleet.Etcd.Freeze();
        await machine.Proxify.WaitForEventAsync("EtcdLost");
        using var meanwhile = await fleet.OpenAsync();
        fleet.Etcd.Thaw();
        await PutOtherAsync(fleet);

        await machine.ServesAsync(fleet.OtherPort);
        await sessions.LiveAsync();
        await meanwhile.LiveAsync();
    }

    [Fact]
    public async Task Changes_that_were_forgotten_while_it_was_away_are_found_in_what_is_there()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 1);
        using var sessions = await fleet.OpenAsync();
        var machine = fleet.Machines[0];
        var gone = fleet.Lab.Port();
        await fleet.Store.PutAsync("/proxify/apps/gone", EtcdFleet.Text(Config.App("gone", gone, $"{fleet.Target.Endpoint}")));
        await machine.ServesAsync(gone);

        // Frozen it does not hear of anything; the restart takes away what etcd had sent it.
        await machine.Proxify.PauseAsync();
        await fleet.Etcd.KillAsync();
        await fleet.Etcd.StartAsync();
        await fleet.Store.DeleteAsync("/proxify/apps/gone");
        await PutOtherAsync(fleet);
        await fleet.Store.CompactAsync();
        await fleet.Store.SucceedAsync("defrag");
        machine.Proxify.Signal(Posix.SigCont);

        await machine.ServesAsync(fleet.OtherPort);
        await machine.ServesAsync(gone, false);
        await sessions.LiveAsync();
        // And from there on it follows.
        await fleet.Store.DeleteAsync("/proxify/apps/other");
        await machine.ServesAsync(fleet.OtherPort, false);
    }

    [Fact]
    public async Task Slow_watcher_catches_up()
    {
        await using var fleet = await EtcdFleet.StartAsync(machines: 2);
        using var sessions = await fleet.OpenAsync();
        var (slow, other) = (fleet.Machines[0], fleet.Machines[1]);
        await slow.Proxify.PauseAsync();
        var before = await fleet.Store.RevisionAsync();

        await fleet.Store.PutEachAsync(Enumerable.Range(1, ManyChanges).Select(i => ("/proxify/apps/other", Limited(i))));
        Assert.InRange(await fleet.Store.RevisionAsync() - before, ManyChanges, long.MaxValue);
        slow.Proxify.Signal(Posix.SigCont);

        foreach (var machine in fleet.Machines)
            await HasLastAsync(machine);
        await sessions.LiveAsync();
        Assert.DoesNotContain(other.Proxify.Events, static e => e.Event is "EtcdLost" or "ConfigRejected");

        string Limited(int sessions) => EtcdFleet
            .Text(Config.App("other", fleet.OtherPort, $"{fleet.Target.Endpoint}").With("Limits", new { Sessions = sessions })).PadRight(LongText);

        static Task HasLastAsync(Machine machine) => Patience.Eventually(
            async () => (await machine.CommandAsync("config")).Output.Replace(" ", "").Contains($"\"Sessions\":{ManyChanges}", StringComparison.Ordinal));
    }

    /// <summary>etcd tells who is behind of 1,000 revisions a line, and each line says which is the newest of all.</summary>
    [Fact]
    public async Task Watch_that_is_cut_while_it_catches_up_goes_on_with_the_very_next_change()
    {
        await using var lab = await Lab.CreateAsync();
        var etcd = await EtcdServer.StartAsync(lab);
        var store = new Etcdctl(lab, $"127.0.0.1:{etcd.Port}");
        using var target = lab.Listen();
        using var way = new WatchCutter(lab, etcd.Port);
        var (port, other) = (lab.Port(), lab.Port());
        await store.PutAsync("/proxify/config", Config.Single(port, target.Port).Insert(1, "\"Admin\":{\"Socket\":\"off\"},\"Health\":{\"Active\":false},"));
        var machine = new Machine(lab, "m1", $"etcd://127.0.0.1:{way.Port}");
        machine.Launch();
        await machine.Proxify.WaitForEventAsync("EtcdConnected");
        var filler = Enumerable.Repeat(("/proxify/changes/none/none", """{"state":"drained"}"""), 1_200).ToArray();

        way.Close();
        await machine.Proxify.WaitForEventAsync("EtcdLost");
        await store.PutEachAsync([.. filler, ("/proxify/apps/other", EtcdFleet.Text(Config.App("other", other, Config.Local(target.Port)))), .. filler]);
        way.Open(lines: 2); // that it was created, and the first thousand

        await Patience.Eventually(() => way.HasCut, what: $"a cut; {machine.Proxify.Log}");
        await machine.ServesAsync(other);
    }

    [Fact]
    public async Task Three_members_may_be_lost_one_after_the_other()
    {
        await using var lab = await Lab.CreateAsync();
        using var target = lab.Listen();
        using var nobody = lab.Listen();
        var cluster = await EtcdCluster.StartAsync(lab);
        var (port, other) = (lab.Port(), lab.Port());
        var machine = await LaunchAsync(lab, cluster, port, target);
        await machine.Proxify.WaitForEventAsync("Started");
        using var sessions = new LongSessions();
        await sessions.OpenAsync(lab, port, target);

        // Whichever it watches and whoever leads: each is lost once, with changes before and after.
        foreach (var member in cluster.Members)
        {
            await member.KillAsync();
            await cluster.LeaderAsync();
            await cluster.Store.PutAsync("/proxify/apps/other", EtcdFleet.Text(Config.App("other", other, Config.Local(nobody.Port))));
            await machine.ServesAsync(other);
            await member.StartAsync();
            await cluster.Store.DeleteAsync("/proxify/apps/other");
            await machine.ServesAsync(other, false);
        }

        await sessions.LiveAsync();
        await sessions.OpenAsync(lab, port, target);
    }

    [Fact]
    public async Task Member_that_is_cut_off_from_the_others_is_left_for_one_of_them()
    {
        await using var lab = await Lab.CreateAsync();
        using var target = lab.Listen();
        var cluster = await EtcdCluster.StartAsync(lab);
        var (port, other) = (lab.Port(), lab.Port());
        var machine = await LaunchAsync(lab, cluster, port, target);
        var connected = (await machine.Proxify.WaitForEventAsync("EtcdConnected")).Message;
        using var sessions = new LongSessions();
        await sessions.OpenAsync(lab, port, target);

        var others = await cluster.CutOffAsync(cluster.Members.Single(member => connected.EndsWith($"by 127.0.0.1:{member.Port}.", StringComparison.Ordinal)));
        string[] put = ["put", "/proxify/apps/other", EtcdFleet.Text(Config.App("other", other, Config.Local(target.Port)))];
        await Patience.Eventually(async () => (await others.RunAsync(put)).ExitCode == 0, what: "the two have a leader");

        await machine.ServesAsync(other);
        await sessions.LiveAsync();
        // And it is no harm when the three are one again.
        await cluster.JoinAsync();
        await cluster.Store.DeleteAsync("/proxify/apps/other");
        await machine.ServesAsync(other, false);
        await sessions.LiveAsync();
    }

    /// <summary>Starts a proxy of one app whose config is in a cluster.</summary>
    private static async Task<Machine> LaunchAsync(Lab lab, EtcdCluster cluster, int port, PeerListener target)
    {
        await cluster.Store.PutAsync("/proxify/config", """{ "Admin": { "Socket": "off" }, "Health": { "Active": false } }""");
        await cluster.Store.PutAsync("/proxify/apps/app", EtcdFleet.Text(Config.App("app", port, Config.Local(target.Port))));
        var machine = new Machine(lab, "m1", $"etcd://{cluster.Endpoints}");
        machine.Launch();
        return machine;
    }

    private static Task PutOtherAsync(EtcdFleet fleet) =>
        fleet.Store.PutAsync("/proxify/apps/other", fleet.OtherApp);
}
