using System.Diagnostics;

namespace Proxify.SystemTests.Etcd;

/// <summary>As many apps as a large installation has, each in a key of its own.</summary>
[Collection(nameof(Heavy))]
public sealed class EtcdScaleTests(ITestOutputHelper output)
{
    private const int Count = 10_000;
    private const int FirstPort = 10_000; // below those that the kernel takes for outgoing connections

    [Fact]
    public async Task Ten_thousand_apps_start_and_follow_a_change()
    {
        await using var lab = await Lab.CreateAsync();
        var etcd = await EtcdServer.StartAsync(lab);
        using var target = lab.Listen();
        var store = new Etcdctl(lab, $"127.0.0.1:{etcd.Port}");
        await store.PutAsync("/proxify/config", """{ "Admin": { "Socket": "off" }, "Health": { "Active": false } }""");
        await store.PutAllAsync(Enumerable.Range(0, Count).Select(i => ($"/proxify/apps/app-{i:0000}", App(i, FirstPort + i))));
        var machine = new Machine(lab, "m1", $"etcd://127.0.0.1:{etcd.Port}");
        var start = Stopwatch.GetTimestamp();
        machine.Launch();
        var started = await machine.Proxify.WaitForEventAsync("Started");
        output.WriteLine($"{Count:N0} apps: started in {Stopwatch.GetElapsedTime(start).TotalSeconds:N2} s, {machine.Proxify.ResidentBytes >> 20:N0} MiB");
        Assert.Equal(Count, started.Number("apps"));
        using var sessions = new LongSessions();
        await sessions.OpenAsync(lab, FirstPort + Count - 1, target);
        var (position, busy) = (machine.Proxify.LogPosition, machine.Proxify.CpuTicks);

        await store.PutAsync("/proxify/apps/app-0000", App(0, FirstPort + Count));

        var changed = Stopwatch.GetTimestamp();
        var reloaded = await machine.Proxify.WaitForEventAsync("ConfigReloaded", position);
        output.WriteLine($"one change: {Stopwatch.GetElapsedTime(changed).TotalMilliseconds:N0} ms, {(machine.Proxify.CpuTicks - busy) * 10:N0} ms of CPU, "
            + $"{machine.Proxify.ResidentBytes >> 20:N0} MiB then");
        Assert.Equal(Count, reloaded.Number("apps"));
        Assert.False(lab.IsRefused(FirstPort + Count));
        Assert.True(lab.IsRefused(FirstPort));
        await sessions.LiveAsync();

        string App(int i, int port) => EtcdFleet.Text(Config.App($"app-{i:0000}", port, Config.Local(target.Port)));
    }
}
