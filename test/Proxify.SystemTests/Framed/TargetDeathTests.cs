namespace Proxify.SystemTests.Framed;

/// <summary>Targets that die, or lose connections, with thousands of requests in flight.</summary>
[Collection(nameof(Heavy))]
public sealed class TargetDeathTests(ITestOutputHelper output)
{
    private const int Clients = 40;
    private const int InFlight = 100;
    private const int Answers = 300;

    [Fact]
    public async Task Killed_target_answers_nobody_wrongly_and_another_one_takes_over()
    {
        await using var lab = await Lab.CreateAsync();
        // Before a reply leaves, what it says is in a file, which outlives the process.
        string[] keeping = ["--appendonly", "yes", "--appendfsync", "no", "--appenddirname", "first"];
        var first = await RedisServer.StartAsync(lab, keeping);
        using var second = await RedisServer.StartAsync(lab);
        await Questioner.FillAsync(first);
        await Questioner.FillAsync(second);
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, first.Port, second.Port)));
        await using var clients = new QuestionerGroup(lab, port, Clients, InFlight);
        await clients.AdvanceAsync(Answers);

        first.Process.Signal(Posix.SigKill);
        await first.Process.ExitAsync();
        first.Dispose();
        await clients.AdvanceAsync(Answers);
        await clients.StopAsync();

        Tell(clients);
        using var restarted = await RedisServer.StartAsync(lab, first.Port, keeping);
        await clients.ExpectCountsAsync(restarted, second);
    }

    [Fact]
    public async Task Connections_that_a_target_ends_cost_requests_in_flight_at_most()
    {
        await using var lab = await Lab.CreateAsync();
        using var server = await RedisServer.StartAsync(lab);
        await Questioner.FillAsync(server);
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, server.Port)));
        await using var clients = new QuestionerGroup(lab, port, Clients, InFlight);

        for (var i = 0; i < 10; i++)
        {
            await clients.AdvanceAsync(Answers / 5);
            Assert.Equal(':', (await server.Control.AskAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))[0]);
        }

        await clients.AdvanceAsync(Answers);
        await clients.StopAsync();

        Tell(clients);
        await clients.ExpectCountsAsync(server);
    }

    [Fact]
    public async Task Reads_that_a_killed_target_has_not_answered_are_answered_by_another_one()
    {
        await using var lab = await Lab.CreateAsync();
        var first = await RedisServer.StartAsync(lab);
        using var second = await RedisServer.StartAsync(lab);
        await Questioner.FillAsync(first);
        await Questioner.FillAsync(second);
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, first.Port, second.Port)), SeenLab.Sharing);
        await using var clients = new QuestionerGroup(lab, port, Clients, InFlight, onlyReads: true);
        await clients.AdvanceAsync(Answers);

        first.Process.Signal(Posix.SigKill);
        await first.Process.ExitAsync();
        first.Dispose();
        await clients.AdvanceAsync(Answers);
        await clients.StopAsync();

        Tell(clients);
        Assert.All(clients.All, static one => Assert.Empty(one.ErrorTexts));
        // Of a reply that has begun the rest cannot be had from anywhere else.
        Assert.InRange(clients.All.Sum(static one => one.Ended), 0, 1);
    }

    [Fact]
    public async Task Target_that_is_stopped_costs_each_client_what_it_had_in_flight_and_no_more()
    {
        await using var lab = await Lab.CreateAsync();
        using var server = await RedisServer.StartAsync(lab);
        await Questioner.FillAsync(server);
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, server.Port).With("Requests", new { Timeout = "300ms" })), SeenLab.Sharing);
        await using var clients = new QuestionerGroup(lab, port, Clients, InFlight);
        await clients.AdvanceAsync(Answers);

        server.Process.Signal(Posix.SigStop);
        await Patience.Eventually(() => clients.All.All(static one => one.Errors + one.Ended > 0));
        server.Process.Signal(Posix.SigCont);
        await clients.AdvanceAsync(Answers);
        await clients.StopAsync();

        Tell(clients);
        await clients.ExpectCountsAsync(server);
    }

    private void Tell(QuestionerGroup clients)
    {
        var all = clients.All;
        output.WriteLine($"{all.Sum(static one => one.Answered)} answers, {all.Sum(static one => one.Errors)} errors, {all.Sum(static one => one.Ended)} ends");
        foreach (var text in all.SelectMany(static one => one.ErrorTexts).Distinct())
            output.WriteLine(Wire.Show(text));
    }
}
