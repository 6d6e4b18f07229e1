namespace Proxify.SystemTests.Cluster;

/// <summary>A <see cref="Cluster.Site"/> that serves, and the machine of it to which something will happen.</summary>
internal sealed class ClusterLab : IAsyncDisposable
{
    private readonly Dictionary<Machine, IRunningProxy> _running = [];
    private readonly EchoTargets _targets;

    private ClusterLab(Site site, IFront front, IContender contender)
    {
        (Site, Front, Contender) = (site, front, contender);
        _targets = new EchoTargets(site.Targets);
    }

    public Site Site { get; }

    public IFront Front { get; }

    public IContender Contender { get; }

    /// <summary>The one to which something will happen.</summary>
    public Machine Machine { get; private set; } = null!;

    /// <summary>Its proxy.</summary>
    public IRunningProxy Changed => _running[Machine];

    /// <param name="front">In front of the machines.</param>
    /// <param name="contender">On each of them.</param>
    /// <param name="isAdded">What will happen is that the last machine comes.</param>
    public static async Task<ClusterLab> CreateAsync(IFront front, IContender contender, bool isAdded)
    {
        var site = await Site.CreateAsync(front is VrrpFront ? 2 : 3);
        var lab = new ClusterLab(site, front, contender);
        try
        {
            await front.StartAsync(site);
            var serving = isAdded ? site.Proxies.SkipLast(1).ToList() : [.. site.Proxies];
            foreach (var machine in serving)
                await lab.ServeAsync(machine);
            // The first one has the address with VRRP, and is at an end of the router's list: without it all others' shares of the hash move, too.
            lab.Machine = isAdded ? site.Proxies[^1] : serving[0];
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public Task AddAsync() => ServeAsync(Machine);

    public async ValueTask DisposeAsync()
    {
        _targets.Dispose();
        await Site.DisposeAsync();
    }

    private async Task ServeAsync(Machine machine)
    {
        await Front.PrepareAsync(machine);
        _running.Add(machine, await Contender.StartAsync(machine, Front.Service));
        await Front.AddAsync(machine);
    }
}
