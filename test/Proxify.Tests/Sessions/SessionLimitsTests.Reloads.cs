using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Peers;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>What a reload changes for those who are there.</summary>
public sealed partial class SessionLimitsTests
{
    [Fact]
    public async Task A_reload_cuts_nobody_and_counts_who_is_there()
    {
        Use(new AppLimitsConfig());
        var clients = Enumerable.Range(0, 3).Select(_ => Come()).ToList();

        Reload(new AppLimitsConfig { Sessions = 2 });
        var waiting = Come();
        Assert.All(clients, client => Assert.False(client.HasEnded));
        await clients[0].EndAsync();
        Assert.False(waiting.IsConnected);
        await clients[1].EndAsync();

        await waiting.Connected();
    }

    [Fact]
    public async Task A_limit_that_rises_lets_in_who_waits()
    {
        Use(new AppLimitsConfig { Sessions = 1, SessionsPerTarget = 1 });
        Come();
        var waiting = Come();

        Reload(new AppLimitsConfig { Sessions = 2 });

        await waiting.Connected();
    }

    [Fact]
    public async Task A_reload_that_adds_a_target_lets_in_who_waits()
    {
        var limits = new AppLimitsConfig { SessionsPerTarget = 1 };
        Use(limits, "10.0.0.1:1");
        Come();
        var waiting = Come();
        Assert.False(waiting.IsConnected);

        _models.PutInForce(ModelBuilder.Build(Config(limits, new ProxyLimitsConfig(), ["10.0.0.1:1", "10.0.0.2:1"]), _models.Current));

        await waiting.Connected();
        Assert.Equal("10.0.0.2:1", waiting.Dialled.Single().ToString());
    }

    [Fact]
    public void A_rate_that_does_not_change_keeps_its_bucket_over_a_reload()
    {
        var limits = new AppLimitsConfig { RatePerSource = ConnectionRate.PerSecond(1) };
        Use(limits);
        Assert.True(Come().IsConnected);

        Reload(limits with { Sessions = 5 });

        Assert.False(Come().IsConnected);
        Assert.True(Come(0x0a000002).IsConnected);
    }
}
