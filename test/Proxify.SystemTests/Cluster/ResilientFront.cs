namespace Proxify.SystemTests.Cluster;

/// <summary>
/// The same with a resilient group of next hops in the router. BIRD does not make one: it writes into a table that nobody is sent by, and whatever comes and
/// goes there is put into the group, as a routing daemon that knows such groups does.
/// </summary>
internal sealed class ResilientFront : BgpFront
{
    private const int Group = 100;

    private volatile Machine[] _members = [];

    public override string Name => "ECMP, resilient";

    protected override string RouterConfig => base.RouterConfig.Replace("merge paths on;", "merge paths on;\n    kernel table 100;");

    public override async Task StartAsync(Site site)
    {
        await base.StartAsync(site);
        var monitor = site.Router.Start("ip", "monitor", "route");
        _ = FollowAsync(monitor);
    }

    /// <summary>Gives a machine next to no share: buckets that have packets stay with it nevertheless, all others go.</summary>
    public Task LightenAsync(Machine proxy) => Site.Router.IpAsync(GroupOf(_members, proxy));

    /// <summary>When the group has changed, and not only BIRD's table.</summary>
    protected override Task<string> RoutesAsync() => Task.FromResult(string.Concat(_members.Select(static member => $"via {member.Address} ")));

    private async Task FollowAsync(RunningProcess monitor)
    {
        for (var seen = 0; !monitor.HasExited;)
        {
            await monitor.Output.WaitAsync(_ => true, seen, TimeSpan.FromDays(1));
            seen = monitor.Output.Lines.Length;
            await UpdateAsync(await base.RoutesAsync());
        }
    }

    private async Task UpdateAsync(string routes)
    {
        Machine[] members = [.. Site.Proxies.Where(proxy => routes.Contains($"via {proxy.Address} ", StringComparison.Ordinal))];
        // Who is deleted leaves the group, and its buckets go to the others at once.
        string[] gone = [.. _members.Except(members).Select(member => $"nexthop del id {Id(member)}")];
        string[] come = [.. members.Except(_members).Select(member => $"nexthop add id {Id(member)} via {member.Address} dev eth1")];
        if (gone.Length + come.Length == 0)
            return;
        string[] grown = come.Length > 0 ? [GroupOf(members), $"route replace {Service}/32 nhid {Group}"] : [];
        await Site.Router.IpAsync([.. gone, .. come, .. grown]);
        _members = members;
    }

    /// <summary>Who comes gets buckets that have been idle for two seconds, and never one that has packets.</summary>
    private string GroupOf(IEnumerable<Machine> members, Machine? light = null) =>
        $"nexthop replace id {Group} group {string.Join('/', members.Select(member => $"{Id(member)},{(member == light ? 1 : 255)}"))} "
        + "type resilient buckets 1024 idle_timer 2 unbalanced_timer 0";

    private int Id(Machine proxy) => Site.Proxies.ToList().IndexOf(proxy) + 1;
}
