using System.Net;

namespace Proxify.SystemTests.Cluster;

/// <summary>
/// Several machines at one address, of which one changes: what clients notice, with proxify and, for comparison, HAProxy. A test and a measurement at once,
/// which `make test-cluster` runs alone.
/// </summary>
public sealed class ClusterTests(ClusterTable table) : IClassFixture<ClusterTable>
{
    public const int Port = 8000;

    /// <summary>Of an app that binds to the address of the front; <see cref="Port"/> is at every address.</summary>
    public const int BoundPort = 8001;

    private const string Upgraded = "upgraded";
    private const string StoppedAfter = "stopped after it was withdrawn";
    private const string StoppedBefore = "stopped, and withdrawn at its end";
    private const string Killed = "without its proxy (kill -9)";
    private const string Dead = "dead";
    private const string Added = "added";
    private const string Light = "given weight 1 beside 255";

    // What comes after the event itself: clients find out, and the network does.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(4);

    /// <summary>In the order of the table.</summary>
    public static List<string> Changes { get; } = [Upgraded, StoppedAfter, StoppedBefore, Killed, Dead, Added, Light];

    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var front in (string[])["vrrp", "ecmp", "resilient"])
            {
                foreach (var proxy in (string[])["proxify", "haproxy"])
                    runs.Add(front, proxy);
            }

            return runs;
        }
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Runs))]
    public async Task Upgrade_fails_and_breaks_nothing(string front, string proxy)
    {
        var result = await RunAsync(front, proxy, Upgraded, static lab => lab.Changed.UpgradeAsync());

        Assert.Equal((0, 0, 0, 0), (result.Failed, result.Cut, result.BrokenThere, result.BrokenElsewhere));
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Runs))]
    public async Task Stop_behind_a_withdrawn_route_refuses_nobody(string front, string proxy)
    {
        var result = await RunAsync(front, proxy, StoppedAfter, static async lab =>
        {
            await lab.Front.WithdrawAsync(lab.Machine);
            await lab.Changed.StopAsync();
        });

        Assert.Equal((0, 0), (result.Failed, result.LastThere));
        AssertOthersGoOn(front, result);
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Runs))]
    public async Task Stop_before_the_route_is_withdrawn_refuses_until_it_is(string front, string proxy)
    {
        var result = await RunAsync(front, proxy, StoppedBefore, static async lab =>
        {
            await lab.Changed.StopAsync();
            await lab.Front.OnEndedAsync(lab.Machine);
        });

        Assert.InRange(result.FailingFor, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        AssertOthersGoOn(front, result);
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Runs))]
    public async Task Killed_proxy_is_left_within_seconds(string front, string proxy)
    {
        var result = await RunAsync(front, proxy, Killed, static async lab =>
        {
            await lab.Changed.KillAsync();
            await lab.Front.OnEndedAsync(lab.Machine);
        });

        Assert.InRange(result.FailingFor, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        AssertOthersGoOn(front, result);
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Runs))]
    public async Task Dead_machine_is_left_within_seconds(string front, string proxy)
    {
        var result = await RunAsync(front, proxy, Dead, static lab => Site.DieAsync(lab.Machine));

        Assert.InRange(result.FailingFor, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        AssertOthersGoOn(front, result);
    }

    [Theory(Explicit = true)]
    [InlineData("proxify")]
    [InlineData("haproxy")]
    public async Task Machine_with_little_weight_in_a_resilient_group_keeps_its_sessions(string proxy)
    {
        var result = await RunAsync("resilient", proxy, Light, static lab => ((ResilientFront)lab.Front).LightenAsync(lab.Machine));

        Assert.Equal((0, 0, 0, 0), (result.Failed, result.Cut, result.BrokenThere, result.BrokenElsewhere));
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Runs))]
    public async Task Machine_is_added_without_a_failed_connection(string front, string proxy)
    {
        var result = await RunAsync(front, proxy, Added, static lab => lab.AddAsync(), isAdded: true);

        Assert.Equal(0, result.Failed);
        AssertOthersGoOn(front, result);
        if (front != "vrrp")
            Assert.InRange(result.LastThere, 0.1, 0.5);
    }

    /// <summary>Plain ECMP is the one that cannot do it.</summary>
    private static void AssertOthersGoOn(string front, LoadResult result)
    {
        if (front != "ecmp")
            Assert.Equal(0, result.BrokenElsewhere);
    }

    private async Task<LoadResult> RunAsync(string front, string proxy, string what, Func<ClusterLab, Task> happen, bool isAdded = false)
    {
        await using var lab = await ClusterLab.CreateAsync(
            front switch { "vrrp" => new VrrpFront(), "ecmp" => new BgpFront(), _ => new ResilientFront() },
            proxy == "proxify" ? new ProxifyContender() : new HaproxyContender(), isAdded);
        using var load = new ClusterLoad(lab.Site, new IPEndPoint(lab.Front.Service, Port), new IPEndPoint(lab.Front.Service, BoundPort));
        await load.StartAsync();
        await happen(lab);
        await Task.Delay(Aftermath, TimeProvider.System);
        var result = await load.EndAsync(lab.Machine);
        table.Add(what, lab.Front.Name, lab.Contender.Name, result);
        Assert.Equal(0, result.MovedClients);
        return result;
    }
}
