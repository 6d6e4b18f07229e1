using System.Net;

namespace Proxify.SystemTests.Cluster;

/// <summary>BIRD: each machine has the address and announces it; the router shares connections among them (ECMP).</summary>
internal class BgpFront : IFront
{
    public virtual string Name => "ECMP";

    public IPAddress Service { get; } = IPAddress.Parse("203.0.113.10");

    protected Site Site { get; private set; } = null!;

    /// <summary>What BIRD writes into the router's kernel.</summary>
    protected virtual string RouterConfig => ScalingPage.Config("/etc/bird/bird.conf of the router");

    public virtual Task StartAsync(Site site)
    {
        Site = site;
        return StartBirdAsync(site.Router, RouterConfig);
    }

    /// <summary>Every machine has the address; where it is announced is another matter.</summary>
    public Task PrepareAsync(Machine proxy) => proxy.IpAsync($"addr add {Service}/32 dev lo");

    public async Task AddAsync(Machine proxy)
    {
        await StartBirdAsync(proxy, ScalingPage.Config("/etc/bird/bird.conf of a proxy").Replace("192.0.2.11", proxy.Address.ToString()));
        await BirdAsync(proxy, "enable", "service");
        await Patience.Eventually(() => HasRouteAsync(proxy), what: $"a route by {proxy.Name}");
    }

    public async Task WithdrawAsync(Machine proxy)
    {
        await BirdAsync(proxy, "disable", "service");
        await Patience.Eventually(async () => !await HasRouteAsync(proxy), what: $"no route by {proxy.Name}");
    }

    public Task OnEndedAsync(Machine proxy) => WithdrawAsync(proxy);

    protected virtual Task<string> RoutesAsync() => Site.Router.RunAsync("ip", "route", "show", "table", "all", "proto", "bird");

    private static string Socket(Machine machine) => Path.Combine(machine.Directory, "bird.ctl");

    private static async Task StartBirdAsync(Machine machine, string config)
    {
        machine.Start(Tool.Require("bird", "bird2"), "-f", "-c", machine.Write("bird.conf", config), "-s", Socket(machine));
        await Patience.Eventually(() => File.Exists(Socket(machine)));
    }

    private static Task<string> BirdAsync(Machine machine, params string[] command) =>
        machine.RunAsync([Tool.Require("birdc", "bird2"), "-s", Socket(machine), .. command]);

    private async Task<bool> HasRouteAsync(Machine proxy) => (await RoutesAsync()).Contains($"via {proxy.Address} ", StringComparison.Ordinal);
}
