using System.Text.Json.Nodes;

namespace Proxify.SystemTests.Steering;

/// <summary>Connections whose port no app has: ports opened by hand, and the listener's own.</summary>
public sealed class SteeredDefaultAppTests
{
    public enum Door
    {
        OpenedByHand,
        ListenerItself,
    }

    [Theory]
    [InlineData(Door.OpenedByHand)]
    [InlineData(Door.ListenerItself)]
    public async Task DefaultApp_absent_takes_them_to_a_pool_of_all_targets(Door door)
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync(2);
        var proxy = await lab.StartAsync(TwoApps(echo).ToJsonString());
        var port = await OpenAsync(lab, door);

        for (var i = 0; i < 4; i++)
            Assert.Equal(Reception.Served, await lab.KnockAsync(port));

        await Patience.Eventually(() => proxy.Sessions.Count() == 4);
        Assert.All(proxy.Sessions, static session => Assert.Equal("*", session.App));
        Assert.Equal(echo.Select(Config.Local).Order(), proxy.Sessions.Select(static session => session.Text("target")).Distinct().Order());
    }

    [Theory]
    [InlineData(Door.OpenedByHand)]
    [InlineData(Door.ListenerItself)]
    public async Task DefaultApp_named_takes_them(Door door)
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync(2);
        var config = TwoApps(echo);
        config["DefaultApp"] = "b";
        var proxy = await lab.StartAsync(config.ToJsonString());
        var port = await OpenAsync(lab, door);

        Assert.Equal(Reception.Served, await lab.KnockAsync(port));
        Assert.Equal(Reception.Served, await lab.KnockAsync(port, to: "::1"));

        await Patience.Eventually(() => proxy.Sessions.Count() == 2);
        Assert.All(proxy.Sessions, static session => Assert.Equal("b", session.App));
    }

    [Theory]
    [InlineData(Door.OpenedByHand)]
    [InlineData(Door.ListenerItself)]
    public async Task DefaultApp_null_resets_them(Door door)
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync(2);
        var config = TwoApps(echo);
        config["DefaultApp"] = null;
        var proxy = await lab.StartAsync(config.ToJsonString());
        var port = await OpenAsync(lab, door);

        Assert.Equal(Reception.Reset, await lab.KnockAsync(port));

        await proxy.WaitForEventAsync("NoRoute");
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
    }

    [Fact]
    public async Task DefaultApp_changes_with_a_reload()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync(2);
        var config = TwoApps(echo);
        config["DefaultApp"] = null;
        var proxy = await lab.StartAsync(config.ToJsonString());
        var port = await OpenAsync(lab, Door.OpenedByHand);
        Assert.Equal(Reception.Reset, await lab.KnockAsync(port));

        config["DefaultApp"] = "a";
        await proxy.ReloadAsync(config.ToJsonString());

        Assert.Equal(Reception.Served, await lab.KnockAsync(port));
        Assert.Equal("a", (await proxy.WaitForEventAsync("Session")).App);
    }

    private static JsonObject TwoApps(int[] echo) =>
        JsonNode.Parse(Config.Of(Config.App("a", 5001, Config.Local(echo[0])), Config.App("b", 5002, Config.Local(echo[1]))))!.AsObject();

    private static async Task<int> OpenAsync(SteeringLab lab, Door door)
    {
        if (door == Door.ListenerItself)
            return SteeringLab.ListenerPort;
        await lab.Bpftool.OpenAsync(7);
        return 7;
    }
}
