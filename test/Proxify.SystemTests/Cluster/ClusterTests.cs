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

    // What comes after the event itself: clients find out, and the network does.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(4);

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
        var result = await RunAsync(front, proxy, "1 upgraded", static lab => lab.Changed.UpgradeAsync());

        Assert.Equal((0, 0, 0, 0), (result.Failed, result.Cut, result.BrokenThere, result.BrokenElsewhere));
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Runs))]
    public async Task Stop_behind_a_withdrawn_route_refuses_nobody(string front, string proxy)
    {
        var result = await RunAsync(front, proxy, "2 stopped, withdrawn before", static async lab =>
        {
            await lab.Front.WithdrawAsync(lab.Machine);
            await lab.Changed.StopAsync();
        });

        Assert.Equal(0, result.Failed);
        AssertOthersGoOn(front, result);
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Runs))]
    public async Task Stop_before_the_route_is_withdrawn_refuses_until_it_is(string front, string proxy)
    {
        var result = await RunAsync(front, proxy, "3 stopped, withdrawn at its end", static async lab =>
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
        var result = await RunAsync(front, proxy, "4 proxy killed", static async lab =>
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
        var result = await RunAsync(front, proxy, "5 machine dead", static lab => Site.DieAsync(lab.Machine));

        Assert.InRange(result.FailingFor, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        AssertOthersGoOn(front, result);
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Runs))]
    public async Task Machine_is_added_without_a_failed_connection(string front, string proxy)
    {
        var result = await RunAsync(front, proxy, "6 machine added", static lab => lab.AddAsync(), isAdded: true);

        Assert.Equal(0, result.Failed);
        AssertOthersGoOn(front, result);
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
        table.Add(lab.Front.Name, what, lab.Contender.Name, result);
        Assert.Equal(0, result.MovedClients);
        return result;
    }
}
