using Proxify.Admission;
using Proxify.Steering;

namespace Proxify.Tests.Steering;

[Collection(nameof(RunsAlone))]
public sealed class SteeringInspectorTests
{
    [Fact]
    public void Find_shows_ports_apps_counters_and_listener_of_a_running_program() => FreshNamespace.Run(() =>
    {
        using var bench = new SteeringBench();
        bench.Program.AttachToOwnNamespace();
        bench.Program.SetRules(new SteeringRules(SourceRules.None, [new SteeredApp("wêb", [80], SourceRules.None)]));
        new PortMirror(bench.Program).Apply([80]);
        byte byHand = 0;
        new BpfMap<ushort, byte>(bench.Program.Handles.Ports, KernelLayout.PortsMap).Set(7, ref byHand);
        bench.Syn("192.0.2.1", 80);

        var view = Assert.Single(SteeringInspector.Find(), v => v.NamespaceInode == SteeringInspector.OwnNamespaceInode);

        Assert.Equal([new SteeredPortView(7, ByHand: true, App: null), new SteeredPortView(80, ByHand: false, "wêb")], view.Ports);
        Assert.Equal(new SteeringCounters(1, 0, 0, 0, 0, 0), view.Counters);
        Assert.NotNull(view.ListenerCookie);
        bench.CloseListener();
        Assert.Null(Assert.Single(SteeringInspector.Find(), v => v.LinkId == view.LinkId).ListenerCookie);
    });

    [Fact]
    public void Find_does_not_show_a_program_that_has_detached() => FreshNamespace.Run(() =>
    {
        using (var bench = new SteeringBench())
            bench.Program.AttachToOwnNamespace();

        Assert.DoesNotContain(SteeringInspector.Find(), v => v.NamespaceInode == SteeringInspector.OwnNamespaceInode);
    });

    [Theory]
    [InlineData(KernelLayout.CountersMap, 4, 56)]
    [InlineData(KernelLayout.RulesTableB, 4, 65_537 * 12)]
    [InlineData(KernelLayout.PortsMap, 2, 4)]
    [InlineData(KernelLayout.AppsMap, 8, 64)]
    public void Map_of_another_version_is_refused_before_it_is_read(string map, uint keySize, uint valueSize)
    {
        var e = Assert.Throws<SteeringException>(() => SteeringInspector.RequireLayout(map, keySize, valueSize));

        Assert.Contains(map, e.Message, StringComparison.Ordinal);
    }
}
