namespace Proxify.SystemTests.Framed;

/// <summary>Reloads and ends of the proxy, with requests in flight.</summary>
[Collection(nameof(Heavy))]
public sealed class DrainTests
{
    private const int Clients = 20;
    private const int InFlight = 50;
    private const int Answers = 200;

    [Fact]
    public async Task Reloads_that_add_and_remove_targets_lose_no_request()
    {
        await using var lab = await Lab.CreateAsync();
        using var first = await RedisServer.StartAsync(lab);
        using var second = await RedisServer.StartAsync(lab);
        await Questioner.FillAsync(first);
        await Questioner.FillAsync(second);
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, first.Port)));
        await using var clients = new QuestionerGroup(lab, port, Clients, InFlight);

        foreach (var targets in new int[][] { [first.Port, second.Port], [second.Port], [first.Port, second.Port], [first.Port] })
        {
            await clients.AdvanceAsync(Answers);
            await proxy.ReloadAsync(Config.Of(FramedApp.Redis(port, targets)));
        }

        await clients.AdvanceAsync(Answers);
        await clients.StopAsync();
        Assert.All(clients.All, static one => Assert.Equal(0, one.Ended + one.Errors));
        await clients.ExpectCountsAsync(first, second);
    }

    [Fact]
    public async Task Proxy_that_is_asked_to_end_lets_clients_get_what_they_have_asked_for()
    {
        await using var lab = await Lab.CreateAsync();
        using var server = await RedisServer.StartAsync(lab);
        await Questioner.FillAsync(server);
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, server.Port)));
        await using var clients = new QuestionerGroup(lab, port, Clients, InFlight);
        await clients.AdvanceAsync(Answers);

        proxy.Signal(Posix.SigTerm);
        await proxy.WaitForEventAsync("Stopping");
        await clients.StopAsync();

        Assert.Equal(0, await proxy.ExitAsync());
        // What was on its way when a connection ended was not asked yet.
        Assert.All(clients.All, static one => Assert.Equal(0, one.Errors));
        await clients.ExpectCountsAsync(server);
    }
}
