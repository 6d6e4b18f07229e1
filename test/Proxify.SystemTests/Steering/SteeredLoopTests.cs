namespace Proxify.SystemTests.Steering;

/// <summary>Our own connections are steered as well: a target with a steered port on this machine would lead back, once and again.</summary>
public sealed class SteeredLoopTests
{
    private const int MostSessions = 8;

    [Theory]
    [InlineData("localhost:5001")]
    [InlineData("localhost:8080")]
    public async Task Target_by_name_that_is_steered_back_ends_loop(string target)
    {
        await using var lab = await SteeringLab.CreateAsync();
        var proxy = await lab.StartAsync(Config.Of(Config.App("app", 5001, target)));

        Assert.Equal(PeerEnd.Reset, await lab.Lab.ConnectToEndAsync(5001));

        await ExpectBoundedLoopAsync(proxy);
    }

    [Theory]
    [InlineData("127.0.0.1:7")]
    [InlineData("[::1]:7")]
    [InlineData("localhost:7")]
    public async Task Target_whose_port_is_opened_by_hand_ends_loop(string target)
    {
        await using var lab = await SteeringLab.CreateAsync();
        var proxy = await lab.StartAsync(Config.Of(Config.App("app", 5001, target)));
        await lab.Bpftool.OpenAsync(7);

        Assert.Equal(PeerEnd.Reset, await lab.Lab.ConnectToEndAsync(5001));

        await ExpectBoundedLoopAsync(proxy);
    }

    [Fact]
    public async Task Target_that_no_longer_leads_back_is_served()
    {
        await using var lab = await SteeringLab.CreateAsync();
        await lab.Lab.StartEchoAsync([7]);
        var proxy = await lab.StartAsync(Config.Of(Config.App("app", 5001, "localhost:7")));
        await lab.Bpftool.OpenAsync(7);
        Assert.Equal(PeerEnd.Reset, await lab.Lab.ConnectToEndAsync(5001));
        await proxy.WaitForSessionAsync(static session => session.Reason == "loop");

        await lab.Bpftool.CloseAsync(7);

        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
    }

    private static async Task ExpectBoundedLoopAsync(ProxifyProcess proxy)
    {
        await proxy.WaitForSessionAsync(static session => session.Reason == "loop");
        await proxy.WaitForEventAsync("Loop");
        await Patience.Never(() => proxy.Sessions.Count() > MostSessions);
    }
}
