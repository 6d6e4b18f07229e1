using System.Net;
using CsCheck;
using Proxify.Admission;
using Proxify.Steering;
using Proxify.Tests.Admission;

namespace Proxify.Tests.Steering;

public sealed class SteeringRulesTests
{
    private static readonly SourceRules s_denyTen = new([], [IPNetwork.Parse("10.0.0.0/8")]);
    private static readonly SourceRules s_onlyTen = new([IPNetwork.Parse("10.0.0.0/8")], []);

    [Fact]
    public void Kernel_and_user_space_agree_on_random_rules_and_sources()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);

        Gen.Select(SourceRulesGen.Lists, SourceRulesGen.Lists, SourceRulesGen.Address.Array[1, 50]).Sample((global, app, sources) =>
        {
            var globalRules = new SourceRules(global.Allow, global.Deny);
            var appRules = new SourceRules(app.Allow, app.Deny);
            bench.Program.SetRules(new SteeringRules(globalRules, [new SteeredApp("web", [80], appRules)]));
            return sources.All(source =>
            {
                var bits = SourceRulesTests.Bits(source);
                var allowed = globalRules.Allows(bits) && appRules.Allows(bits);
                return bench.Syn(source, 80) == (allowed ? Outcome.Steered : Outcome.Refused);
            });
        }, iter: Cases.Of(500), threads: 1);
    }

    [Fact]
    public void Rules_of_one_app_do_not_touch_another()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80, 81]);

        bench.Program.SetRules(new SteeringRules(SourceRules.None, [new SteeredApp("a", [80], s_denyTen), new SteeredApp("b", [81], SourceRules.None)]));

        Assert.Equal(Outcome.Refused, bench.Syn("10.1.2.3", 80));
        Assert.Equal(Outcome.Steered, bench.Syn("10.1.2.3", 81));
        Assert.Equal(1ul, bench.Program.ReadCounters().Denied);
    }

    [Fact]
    public void Port_of_no_app_has_the_default_apps_rules()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([7, 80]);

        bench.Program.SetRules(new SteeringRules(SourceRules.None, [new SteeredApp("a", [80], SourceRules.None)], new SteeredApp("default", [], s_denyTen)));

        Assert.Equal(Outcome.Refused, bench.Syn("10.1.2.3", 7));
        Assert.Equal(Outcome.Steered, bench.Syn("10.1.2.3", 80));
    }

    [Fact]
    public void Port_that_is_not_steered_is_not_filtered()
    {
        using var bench = new SteeringBench();

        bench.Program.SetRules(new SteeringRules(s_denyTen, []));

        Assert.Equal(Outcome.Passed, bench.Syn("10.1.2.3", 22));
    }

    [Fact]
    public void New_rules_replace_the_old_ones_whole()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);

        foreach (var (rules, ten, other) in new[]
        {
            (s_denyTen, Outcome.Refused, Outcome.Steered),
            (s_onlyTen, Outcome.Steered, Outcome.Refused),
            (SourceRules.None, Outcome.Steered, Outcome.Steered),
            (s_denyTen, Outcome.Refused, Outcome.Steered),
        })
        {
            bench.Program.SetRules(new SteeringRules(SourceRules.None, [new SteeredApp("a", [80], rules)]));

            Assert.Equal(ten, bench.Syn("10.1.2.3", 80));
            Assert.Equal(other, bench.Syn("2001:db8::1", 80));
        }
    }

    [Fact]
    public void Old_rules_leave_nothing_behind_in_the_kernel()
    {
        using var bench = new SteeringBench();
        var sources = new BpfMap<SourceKey, SourceVerdict>(bench.Program.Handles.Sources, KernelLayout.SourcesMap);
        var apps = new BpfMap<uint, AppName>(bench.Program.Handles.Apps, KernelLayout.AppsMap);

        bench.Program.SetRules(new SteeringRules(s_onlyTen, [new SteeredApp("a", [80], s_denyTen), new SteeredApp("b", [81], s_denyTen)]));
        Assert.Equal(9, sources.ReadAll(100).Keys.Length);
        bench.Program.SetRules(new SteeringRules(SourceRules.None, [new SteeredApp("a", [80], s_denyTen)]));

        Assert.Equal(3, sources.ReadAll(100).Keys.Length);
        Assert.Equal(["a"], apps.ReadAll(100).Values.Select(name => name.ToString()));
    }

    [Fact]
    public async Task No_lookup_sees_half_a_set_of_rules()
    {
        // Each set allows exactly one of the two sources on every port; a mixture of old and new would allow none or both.
        using var bench = new SteeringBench();
        ushort[] ports = [.. Enumerable.Range(1000, 200).Select(p => (ushort)p)];
        bench.Program.AddPorts(ports);
        IPNetwork[] filler = [.. Enumerable.Range(0, 2000).Select(i => new IPNetwork(new IPAddress([192, 168, (byte)(i >> 4), (byte)(i << 4)]), 28))];
        var first = Of([.. filler, IPNetwork.Parse("10.0.0.1/32")], [.. filler, IPNetwork.Parse("10.0.0.2/32")]);
        var second = Of([.. filler, IPNetwork.Parse("10.0.0.2/32")], [.. filler, IPNetwork.Parse("10.0.0.1/32")]);
        bench.Program.SetRules(first);

        var done = false;
        var switching = Task.Run(() =>
        {
            for (var i = 0; i < 40; i++)
                bench.Program.SetRules(i % 2 == 0 ? second : first);
            Volatile.Write(ref done, true);
        }, TestContext.Current.CancellationToken);

        // The app's rules and the proxy's say the opposite of one another, so a source is steered only by a mixture.
        var source = IPAddress.Parse("10.0.0.1");
        while (!Volatile.Read(ref done))
        {
            foreach (var port in ports)
                Assert.Equal(Outcome.Refused, bench.Syn(source, port));
        }

        await switching;

        SteeringRules Of(IPNetwork[] global, IPNetwork[] app) => new(new SourceRules(global, []), [new SteeredApp("a", ports, new SourceRules(app, []))]);
    }
}
