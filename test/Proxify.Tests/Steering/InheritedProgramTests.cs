using System.Net;
using Proxify.Admission;
using Proxify.Linux;
using Proxify.Steering;

namespace Proxify.Tests.Steering;

/// <summary>A process goes on with a program that another one has loaded, and in which it has laid rules down.</summary>
public sealed class InheritedProgramTests
{
    private static readonly RateLimits s_oneInAll = new(Rate.Of(1, TimeSpan.FromHours(1), burst: 1), Rate.None, default);

    [Theory]
    [InlineData(1)] // in the first of the two tables
    [InlineData(2)]
    [InlineData(3)]
    public void Rules_hold_until_others_replace_them_whole(int sets)
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);
        for (var i = 1; i <= sets; i++)
            bench.Program.SetRules(Deny($"{i}.0.0.0/8"));
        using var inherited = Inherit(bench.Program, []);
        Assert.Equal(Outcome.Refused, bench.Syn($"{sets}.1.2.3", 80));

        var before = TableInForce(bench.Program);

        inherited.SetRules(Deny("10.0.0.0/8"));

        Assert.NotEqual(before, TableInForce(bench.Program)); // no SYN sees it half written
        Assert.Equal(Outcome.Steered, bench.Syn($"{sets}.1.2.3", 80));
        Assert.Equal(Outcome.Refused, bench.Syn("10.1.2.3", 80));
        var handles = bench.Program.Handles;
        Assert.All(new BpfMap<SourceKey, SourceVerdict>(handles.Sources, KernelLayout.SourcesMap).ReadKeys(), key => Assert.Equal((uint)sets + 1, key.Scope));
        Assert.Equal([(uint)sets + 1], new BpfMap<uint, AppName>(handles.Apps, KernelLayout.AppsMap).ReadKeys());
    }

    [Fact]
    public void Rates_that_stay_are_as_spent_as_they_were()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);
        var rules = new SteeringRules(SourceRules.None, [new SteeredApp("web", [80], SourceRules.None, s_oneInAll)]);
        bench.Program.SetRules(rules);
        Assert.Equal(Outcome.Steered, bench.Syn("10.0.0.1", 80));
        using var inherited = Inherit(bench.Program, []);

        inherited.SetRules(rules);

        Assert.Equal(Outcome.Refused, bench.Syn("10.0.0.1", 80));
    }

    [Fact]
    public void Ports_that_were_opened_or_closed_by_hand_stay_so()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80, 81]);
        var ports = new BpfMap<ushort, byte>(bench.Program.Handles.Ports, KernelLayout.PortsMap);
        byte byHand = 0;
        ports.Set(7, ref byHand);
        bench.Program.RemovePorts([81]);
        using var inherited = Inherit(bench.Program, [80, 81]);
        var mirror = new PortMirror(inherited, [80, 81]);

        mirror.Prepare([80, 81, 82]);
        mirror.Commit();

        Assert.Equal([7, 80, 82], inherited.ReadPorts().Select(static port => port.Port));
    }

    private static SteeringRules Deny(string sources) =>
        new(SourceRules.None, [new SteeredApp("web", [80], new SourceRules([], [IPNetwork.Parse(sources)]))]);

    private static int TableInForce(SteeringProgram program)
    {
        var id = 0;
        Assert.True(new BpfMap<uint, int>(program.Handles.Rules, KernelLayout.RulesMap).TryGet(0, ref id));
        return id;
    }

    /// <summary>By its state as text and descriptors of its own, as another process gets it. What stands for the link plays no part here.</summary>
    private static SteeringProgram Inherit(SteeringProgram program, IReadOnlyList<ushort> ports)
    {
        var state = SteeringState.Parse(program.Describe(ports).Serialize());
        var descriptors = program.Handles.Descriptors.ToList();
        return SteeringProgram.Import([.. descriptors.Take(1).Concat(descriptors).Select(Libc.Duplicate)], state)!;
    }
}
