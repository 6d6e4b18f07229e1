using Proxify.Admission;
using Proxify.Linux;
using Proxify.Steering;

namespace Proxify.Tests.Steering;

/// <summary>Capabilities belong to threads: each test drops those of a thread that ends with it.</summary>
public sealed class CapabilityTests
{
    [Fact]
    public void Steering_starts_with_CAP_BPF_and_CAP_NET_ADMIN_alone() => FreshNamespace.Run(() =>
    {
        Assert.Equal(0, Libc.LimitCapabilities([Capability.Bpf, Capability.NetAdmin]));
        Assert.False(Libc.HasCapability(Capability.SysAdmin));

        using var program = SteeringProgram.Load();
        program.AttachToOwnNamespace();
    });

    [Theory]
    [InlineData(Capability.NetAdmin, "CAP_BPF missing")]
    [InlineData(Capability.Bpf, "CAP_NET_ADMIN missing")]
    [InlineData(Capability.NetBindService, "CAP_BPF and CAP_NET_ADMIN missing")]
    public void Steering_without_a_capability_says_which(Capability only, string message) => FreshNamespace.Run(() =>
    {
        Assert.Equal(0, Libc.LimitCapabilities([only]));

        Assert.Contains(message, Assert.Throws<SteeringException>(SteeringProgram.Load).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Steering_once_attached_works_with_what_it_says_it_needs() => FreshNamespace.Run(() =>
    {
        using var bench = new SteeringBench();
        bench.Program.AttachToOwnNamespace();

        Assert.Equal(0, Libc.LimitCapabilities(SteeringHandover.NeededAfterwards));

        Assert.False(Libc.HasCapability(Capability.NetAdmin));
        new PortMirror(bench.Program).Apply([80, 81]);
        bench.Program.SetRules(new SteeringRules(new SourceRules([System.Net.IPNetwork.Parse("10.0.0.0/8")], []), []));
        bench.Program.SetRules(SteeringRules.None);
        bench.Program.RemovePorts([81]);
        Assert.Equal([new KernelPort(80, ByHand: false)], bench.Program.ReadPorts());
        bench.Program.ReadCounters();
    });
}
