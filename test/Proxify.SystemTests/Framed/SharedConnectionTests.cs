using System.Text.Json;

namespace Proxify.SystemTests.Framed;

/// <summary>Connections that clients share are seen, and ended, as sessions are; their clients lose nothing by it.</summary>
[Collection(nameof(Heavy))]
public sealed class SharedConnectionTests
{
    private const int Clients = 10;
    private const int Answers = 50;

    [Fact]
    public async Task Shared_connection_is_listed_with_those_who_share_it()
    {
        await using var lab = await SeenLab.CreateAsync();
        using var first = await lab.ConnectAsync();
        using var second = await lab.ConnectAsync();
        Assert.Equal("+PONG\r\n", await first.AskAsync("PING"));
        Assert.Equal("+PONG\r\n", await second.AskAsync("PING"));

        var page = await lab.AskAsync($"/v1/sessions?target=127.0.0.1:{lab.Server.Port}");
        var table = await lab.CommandAsync("sessions");

        Assert.Equal(3, page.GetProperty("total").GetInt32());
        var shared = Assert.Single(await lab.SharedAsync());
        Assert.Equal(2, shared.GetProperty("shared_by").GetInt32());
        Assert.Equal(JsonValueKind.Null, shared.GetProperty("client").ValueKind);
        Assert.Equal(2 * Resp.Request("PING").Length, shared.GetProperty("from_client").GetInt32());
        Assert.EndsWith($"-127.0.0.1:{lab.Server.Port}", shared.GetProperty("id").GetString());
        Assert.Contains("(2 clients)", table);
        Assert.Equal(0, (await lab.AskAsync("/v1/sessions?client=127.0.0.2")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Shared_connection_that_is_ended_costs_its_clients_nothing()
    {
        await using var lab = await SeenLab.CreateAsync();
        await using var clients = new QuestionerGroup(lab.Lab, lab.Port, Clients, inFlight: 20);
        using var idle = await lab.ConnectAsync();
        Assert.Equal("+PONG\r\n", await idle.AskAsync("PING"));

        for (var i = 0; i < 5; i++)
        {
            await clients.AdvanceAsync(Answers);
            var id = Assert.Single(await lab.SharedAsync()).GetProperty("id").GetString()!;
            var answer = await lab.AskAsync($"/v1/sessions?id={Uri.EscapeDataString(id)}", "DELETE");
            Assert.Equal(1, answer.GetProperty("killed").GetInt32());
            await Patience.Eventually(async () => (await lab.SharedAsync()).All(shared => shared.GetProperty("id").GetString() != id));
        }

        await clients.AdvanceAsync(Answers);
        Assert.Equal("+PONG\r\n", await idle.AskAsync("PING"));
        await clients.StopAsync();
        Assert.All(clients.All, static one => Assert.Equal((0, 0), (one.Errors, one.Ended)));
        await clients.ExpectCountsAsync(lab.Server);
    }

    [Fact]
    public async Task Drained_target_loses_its_clients_to_another_and_no_request_of_theirs()
    {
        await using var lab = await SeenLab.CreateAsync(servers: 2);
        await using var clients = new QuestionerGroup(lab.Lab, lab.Port, Clients, inFlight: 20);
        await clients.AdvanceAsync(Answers);
        await Patience.Eventually(async () => await SeenLab.ConnectionsAsync(lab.Servers[0]) > 0 && await SeenLab.ConnectionsAsync(lab.Servers[1]) > 0);

        await lab.CommandAsync("drain", "redis", Config.Local(lab.Servers[0].Port), "--within", "200ms");
        await Patience.Eventually(async () => await SeenLab.ConnectionsAsync(lab.Servers[0]) == 0);

        await clients.AdvanceAsync(Answers);
        await clients.StopAsync();
        Assert.All(clients.All, static one => Assert.Equal((0, 0), (one.Errors, one.Ended)));
        await clients.ExpectCountsAsync(lab.Servers);
    }

    [Fact]
    public async Task Shutdown_answers_what_was_asked_and_waits_for_nothing_else()
    {
        await using var lab = await SeenLab.CreateAsync(more: static app => app.With("Timeouts", new { Drain = "1h" }));
        using var idle = await lab.ConnectAsync();
        Assert.Equal("+PONG\r\n", await idle.AskAsync("PING"));
        using var silent = await lab.ConnectAsync();
        using var busy = await lab.ConnectAsync();
        Assert.Equal("+OK\r\n", await busy.AskAsync("SET", "key:1", "before"));
        Assert.Equal("+OK\r\n", await lab.Server.Control.AskAsync("CLIENT", "PAUSE", "100000", "WRITE"));
        await busy.Wire.SendAsync(Resp.Request("SET", "key:1", "after") + Resp.Request("GET", "key:1"));
        await Patience.Eventually(async () =>
            (await lab.AskAsync("/v1/targets"))[0].GetProperty("requests").GetProperty("in_flight").GetInt64() == 2);

        lab.Proxy.Signal(Posix.SigTerm);
        Assert.Equal("", await idle.Wire.ToEndAsync());
        Assert.Equal("", await silent.Wire.ToEndAsync());
        Assert.Equal("+OK\r\n", await lab.Server.Control.AskAsync("CLIENT", "UNPAUSE"));

        Assert.Equal("+OK\r\n" + Resp.Bulk("after"), await busy.Wire.ToEndAsync());
        Assert.Equal(0, await lab.Proxy.ExitAsync());
        Assert.All(await lab.Proxy.WaitForSessionsAsync(3), static session => Assert.Equal("done", session.Reason));
    }

    [Fact]
    public async Task Busy_clients_are_let_go_at_a_shutdown_with_all_their_replies()
    {
        await using var lab = await SeenLab.CreateAsync(more: static app => app.With("Timeouts", new { Drain = "1h" }));
        await using var clients = new QuestionerGroup(lab.Lab, lab.Port, Clients, inFlight: 20);
        await clients.AdvanceAsync(Answers);

        lab.Proxy.Signal(Posix.SigTerm);

        Assert.Equal(0, await lab.Proxy.ExitAsync());
        Assert.All(lab.Proxy.Sessions, static session => Assert.Equal("done", session.Reason));
        await clients.ExpectCountsAsync(lab.Server);
    }
}
