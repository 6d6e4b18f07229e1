using Proxify.Steering;

namespace Proxify.Tests.Steering;

public sealed class PortMirrorTests : IDisposable
{
    private readonly SteeringBench _bench = new();
    private readonly PortMirror _mirror;

    public PortMirrorTests() => _mirror = new PortMirror(_bench.Program);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Apply_adds_what_is_new_and_removes_what_is_gone()
    {
        _mirror.Apply([1, 2, 3]);

        var changes = _mirror.Apply([2, 3, 4]);

        Assert.Equal([4], changes.Added);
        Assert.Equal([1], changes.Removed);
        Assert.Empty(changes.LeftByHand);
        Assert.Equal([Own(2), Own(3), Own(4)], _bench.Program.ReadPorts());
    }

    [Fact]
    public void Prepare_takes_no_key_away_before_the_change_is_committed()
    {
        _mirror.Apply([1, 2]);

        _mirror.Prepare([2, 3]);
        Assert.Equal([Own(1), Own(2), Own(3)], _bench.Program.ReadPorts());

        _mirror.Commit();
        Assert.Equal([Own(2), Own(3)], _bench.Program.ReadPorts());
    }

    [Fact]
    public void RollBack_leaves_the_map_as_it_was()
    {
        _mirror.Apply([1, 2]);
        SetByHand(7);

        _mirror.Prepare([2, 3, 7]);
        _mirror.RollBack();

        Assert.Equal([Own(1), Own(2), new KernelPort(7, ByHand: true)], _bench.Program.ReadPorts());
        Assert.Equal([3], _mirror.Apply([1, 2, 3]).Added);
    }

    [Fact]
    public void Key_added_by_hand_survives()
    {
        _mirror.Apply([1]);
        SetByHand(7);

        _mirror.Apply([2]);

        Assert.Equal([Own(2), new KernelPort(7, ByHand: true)], _bench.Program.ReadPorts());
    }

    [Fact]
    public void Key_added_by_hand_stays_the_operators_when_the_config_names_it_and_drops_it()
    {
        SetByHand(7);

        Assert.Equal([7], _mirror.Apply([7]).LeftByHand);
        Assert.Equal([7], _mirror.Apply([]).LeftByHand);

        Assert.Equal([new KernelPort(7, ByHand: true)], _bench.Program.ReadPorts());
    }

    [Fact]
    public void Key_rewritten_by_hand_becomes_the_operators()
    {
        _mirror.Apply([7]);
        SetByHand(7);

        _mirror.Apply([]);

        Assert.Equal([new KernelPort(7, ByHand: true)], _bench.Program.ReadPorts());
    }

    [Fact]
    public void Key_deleted_by_hand_stays_deleted_when_something_else_changes()
    {
        _mirror.Apply([1, 2]);
        _bench.Program.RemovePorts([1]);

        _mirror.Apply([1, 2, 3]);
        Assert.Equal([Own(2), Own(3)], _bench.Program.ReadPorts());

        _mirror.Apply([2, 3]);
        _mirror.Apply([1, 2, 3]);
        Assert.Equal([Own(1), Own(2), Own(3)], _bench.Program.ReadPorts());
    }

    private static KernelPort Own(ushort port) => new(port, ByHand: false);

    // As bpftool does it: value 0.
    private void SetByHand(ushort port)
    {
        byte value = 0;
        new BpfMap<ushort, byte>(_bench.Program.Handles.Ports, KernelLayout.PortsMap).Set(port, ref value);
    }
}
