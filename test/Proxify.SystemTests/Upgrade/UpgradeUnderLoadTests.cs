using Proxify.SystemTests.Steering;

namespace Proxify.SystemTests.Upgrade;

/// <summary>Upgrades one after the other, while sessions of every kind come, go and stay.</summary>
[Collection(nameof(Heavy))]
public sealed class UpgradeUnderLoadTests
{
    /// <summary>PROXIFY_UPGRADES asks for more.</summary>
    private static readonly int Upgrades = int.Parse(Environment.GetEnvironmentVariable("PROXIFY_UPGRADES") is { Length: > 0 } asked ? asked : "5");

    /// <summary>Descriptors that the proxy keeps for the next ones: pipes of bulk, and the log's.</summary>
    private const int Kept = 24;

    [Fact]
    public async Task Native_listeners_lose_no_connection_and_no_byte()
    {
        await using var lab = await Lab.CreateAsync();
        using var load = new UpgradeLoad(lab);
        await RunAsync(load, await lab.StartProxifyAsync(Config.Of(load.Apps)));
    }

    [Fact]
    public async Task Steered_ports_lose_no_connection_and_no_byte()
    {
        await using var lab = await SteeringLab.CreateAsync();
        using var load = new UpgradeLoad(lab.Lab);
        await RunAsync(load, await lab.StartAsync(Config.Of(load.Apps)), async () => Assert.Equal(0, await lab.CounterAsync("without socket")));
    }

    private static async Task RunAsync(UpgradeLoad load, ProxifyProcess proxy, Func<Task>? look = null)
    {
        await using var family = new Family(proxy);
        await family.UpgradeAsync(); // what a successor has open before anybody comes
        var descriptors = family.Descriptors;
        load.Start();
        for (var i = 0; i < Upgrades; i++)
        {
            await family.UpgradeAsync();
            load.OnUpgrade();
        }

        var sessions = await load.EndAsync(proxy);
        Assert.True(sessions > Upgrades, $"{sessions} sessions are no load");
        Assert.DoesNotContain(proxy.Events, static e => e.Level is "warn" or "error");
        await Patience.Eventually(() => family.Descriptors <= descriptors + Kept);
        if (look is not null)
            await look();
    }
}
