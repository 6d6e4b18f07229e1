using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Proxify.SystemTests.Admin;

/// <summary>What can be read of a running proxy, and changed in it, with curl.</summary>
public sealed class AdminApiTests
{
    [Fact]
    public async Task What_is_read_says_what_is()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var client = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await client.SendAsync(1000);
        await client.ReceiveAsync(1000);

        var status = (await lab.AskAsync("/v1/status")).Ok();
        Assert.Equal(lab.Proxify.Process.Pid, status.GetProperty("pid").GetInt32());
        Assert.Equal(1, status.GetProperty("sessions").GetInt32());
        Assert.Equal(2, status.GetProperty("targets_up").GetInt32());

        var app = Assert.Single((await lab.AskAsync("/v1/apps")).Ok().EnumerateArray());
        Assert.Equal([$"{lab.Port}"], app.GetProperty("ports").EnumerateArray().Select(static p => p.GetString()));
        Assert.Equal(1000, app.GetProperty("bytes_from_targets").GetInt64());

        var targets = (await lab.AskAsync("/v1/targets?app=app")).Ok().EnumerateArray().ToArray();
        Assert.Equal(lab.Targets.Select(Config.Local), targets.Select(static t => t.GetProperty("target").GetString()));
        Assert.Equal(1, targets.Sum(static t => t.GetProperty("sessions").GetInt32()));

        Assert.Equal(1000, targets.Sum(static t => t.GetProperty("bytes_received").GetInt64()));
        Assert.Equal(1000, targets.Sum(static t => t.GetProperty("bytes_sent").GetInt64()));
        Assert.Single(targets, static t => t.GetProperty("connect_ms").ValueKind == JsonValueKind.Number && t.GetProperty("connect_ms").GetDouble() > 0);

        var session = Assert.Single((await lab.AskAsync($"/v1/sessions?client={client.Local}")).Ok().GetProperty("sessions").EnumerateArray());
        Assert.Equal($"{client.Local}", session.GetProperty("client").GetString());
        Assert.Equal(1000, session.GetProperty("from_client").GetInt64());
        Assert.InRange(session.GetProperty("idle_seconds").GetDouble(), 0, session.GetProperty("age_seconds").GetDouble());
        await Patience.Eventually(async () => (await IdleAsync()) > 0.2);
        Assert.Equal(0, (await lab.AskAsync("/v1/sessions?client=192.0.2.1")).Ok().GetProperty("total").GetInt32());

        Assert.Equal(await File.ReadAllTextAsync(lab.Proxify.ConfigPath, TestContext.Current.CancellationToken), (await lab.AskAsync("/v1/config")).Text);
        Assert.Contains((await lab.AskAsync("/v1/events")).Ok().EnumerateArray(), static e => e.GetProperty("event").GetString() == "Started");
        Assert.Contains("no app is named b", (await lab.AskAsync("/v1/targets?app=b")).Error(404));

        async Task<double> IdleAsync() => (await lab.AskAsync("/v1/sessions")).Ok().GetProperty("sessions")[0].GetProperty("idle_seconds").GetDouble();
    }

    [Fact]
    public async Task A_target_that_is_drained_gets_no_new_sessions_until_it_is_enabled_and_a_reload_changes_nothing()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var live = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        var drained = Config.Local(lab.Targets[0]);

        var answer = (await lab.AskAsync($"{lab.TargetPath(0)}/drain", "POST")).Ok();
        Assert.Equal((1, 0), (answer.GetProperty("before").GetInt32(), answer.GetProperty("weight").GetInt32()));
        (await lab.AskAsync("/v1/reload", "POST")).Ok();
        for (var i = 0; i < 4; i++)
            await lab.Lab.EchoesAsync(lab.Port);
        var records = await lab.Proxify.WaitForSessionsAsync(4);
        Assert.DoesNotContain(records, record => record.Text("target") == drained);
        var change = Assert.Single((await lab.AskAsync("/v1/changes")).Ok().EnumerateArray());
        Assert.Equal(("weight", drained, 0, 1), (change.GetProperty("kind").GetString(), change.GetProperty("target").GetString(),
            change.GetProperty("value").GetInt32(), change.GetProperty("configured").GetInt32()));
        await live.SendAsync(10);
        await live.ReceiveAsync(10);

        (await lab.AskAsync($"{lab.TargetPath(0)}/enable", "POST")).Ok();
        Assert.Empty((await lab.AskAsync("/v1/changes")).Ok().EnumerateArray());
        await lab.Lab.EchoesAsync(lab.Port);
        await lab.Lab.EchoesAsync(lab.Port);
        Assert.Contains(await lab.Proxify.WaitForSessionsAsync(6), record => record.Text("target") == drained);
    }

    [Fact]
    public async Task A_target_that_is_drained_within_a_time_loses_its_sessions_unless_it_is_enabled_again()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var first = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        using var second = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        foreach (var client in (Peer[])[first, second])
        {
            await client.SendAsync(10);
            await client.ReceiveAsync(10);
        }

        (await lab.AskAsync($"{lab.TargetPath(0)}/drain?within=1d", "POST")).Ok();
        (await lab.AskAsync($"{lab.TargetPath(0)}/enable", "POST")).Ok();
        (await lab.AskAsync($"{lab.TargetPath(1)}/drain?within=200ms", "POST")).Ok();
        var ended = await lab.Proxify.WaitForSessionsAsync(1);

        Assert.Equal(("killed", Config.Local(lab.Targets[1])), (ended[0].Text("reason"), ended[0].Text("target")));
        var other = ended[0].Text("client") == $"{first.Local}" ? second : first;
        await other.SendAsync(10);
        await other.ReceiveAsync(10);
    }

    [Fact]
    public async Task A_target_that_is_disabled_loses_its_sessions()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var client = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await client.SendAsync(10);
        await client.ReceiveAsync(10);
        var with = (await lab.AskAsync("/v1/sessions")).Ok().GetProperty("sessions")[0].GetProperty("target").GetString();

        var answer = (await lab.AskAsync($"/v1/apps/app/targets/{with}/disable", "POST")).Ok();

        Assert.Equal(1, answer.GetProperty("killed").GetInt32());
        Assert.Equal(PeerEnd.Reset, await client.ReceiveToEndAsync());
        Assert.Equal("killed", (await lab.Proxify.WaitForSessionAsync(client)).Text("reason"));
    }

    [Fact]
    public async Task Targets_are_added_and_taken_away_and_the_last_stays()
    {
        await using var lab = await AdminLab.CreateAsync();
        var added = (await lab.Lab.StartEchoAsync())[0];

        (await lab.AskAsync("/v1/apps/app/targets", "POST", $$"""{"target":"{{Config.Local(added)}}","weight":5}""")).Ok();
        (await lab.AskAsync(lab.TargetPath(0), "DELETE")).Ok();
        (await lab.AskAsync(lab.TargetPath(1), "DELETE")).Ok();
        await lab.Lab.EchoesAsync(lab.Port);
        Assert.Equal(Config.Local(added), (await lab.Proxify.WaitForSessionsAsync(1))[0].Text("target"));
        Assert.Contains("at least one target", (await lab.AskAsync($"/v1/apps/app/targets/{Config.Local(added)}", "DELETE")).Error(409));

        // A config that has none of it any more, or has it itself, ends a change.
        await lab.Proxify.ReloadAsync(lab.Config(added, lab.Targets[1]));
        Assert.Equal(["target_removed"], (await lab.AskAsync("/v1/changes")).Ok().EnumerateArray().Select(static c => c.GetProperty("kind").GetString()));
        (await lab.AskAsync("/v1/apps/app/targets", "POST", $$"""{"target":"{{Config.Local(lab.Targets[1])}}"}""")).Ok();
        Assert.Empty((await lab.AskAsync("/v1/changes")).Ok().EnumerateArray());
    }

    [Fact]
    public async Task An_app_that_is_paused_refuses_and_keeps_its_sessions()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var live = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);

        Assert.True((await lab.AskAsync("/v1/apps/app/pause", "POST")).Ok().GetProperty("changed").GetBoolean());
        await lab.Lab.ExpectRefusedAsync(lab.Port);
        await live.SendAsync(10);
        await live.ReceiveAsync(10);
        Assert.True((await lab.AskAsync("/v1/apps")).Ok()[0].GetProperty("paused").GetBoolean());
        Assert.False((await lab.AskAsync("/v1/apps/app/pause", "POST")).Ok().GetProperty("changed").GetBoolean());

        (await lab.AskAsync("/v1/apps/app/resume", "POST")).Ok();
        await lab.Lab.EchoesAsync(lab.Port);
    }

    [Fact]
    public async Task A_reload_with_another_Admin_says_that_it_takes_a_restart_and_one_with_the_old_one_does_not()
    {
        await using var lab = await AdminLab.CreateAsync();
        var config = await File.ReadAllTextAsync(lab.Proxify.ConfigPath, TestContext.Current.CancellationToken);
        Assert.Contains("\"Admin\":{", config);

        await lab.Proxify.ReloadAsync(lab.Config(lab.Targets[0]));
        await lab.Proxify.ReloadAsync(config.Replace($"127.0.0.1:{lab.Http}", $"127.0.0.1:{lab.Lab.Port()}"));
        await lab.Proxify.WaitForEventAsync("RestartNeeded");
        await lab.Proxify.ReloadAsync(config);

        Assert.Single(lab.Proxify.Events, static e => e.Event == "RestartNeeded");
        (await lab.AskHttpAsync("/v1/status")).Ok();
    }

    [Fact]
    public async Task A_port_is_opened_and_closed()
    {
        await using var lab = await AdminLab.CreateAsync();
        var port = lab.Lab.Port();

        (await lab.AskAsync($"/v1/apps/app/ports/{port}", "PUT")).Ok();
        await lab.Lab.EchoesAsync(port);
        (await lab.AskAsync($"/v1/apps/app/ports/{port}", "DELETE")).Ok();
        await lab.Lab.ExpectRefusedAsync(port);
    }

    [Fact]
    public async Task Sessions_are_ended_by_filter_and_never_all_by_mistake()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var one = await lab.Lab.ConnectAsync(lab.Port);
        using var other = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await Patience.Eventually(async () => (await lab.AskAsync("/v1/status")).Ok().GetProperty("sessions").GetInt32() == 2);

        Assert.Contains("which sessions?", (await lab.AskAsync("/v1/sessions", "DELETE")).Error(400));
        Assert.Equal(1, (await lab.AskAsync($"/v1/sessions?client={one.Local}", "DELETE")).Ok().GetProperty("killed").GetInt32());

        Assert.Equal(PeerEnd.Reset, await one.ReceiveToEndAsync());
        await other.SendAsync(10);
        await other.ReceiveAsync(10);
    }

    [Fact]
    public async Task A_reload_that_is_refused_says_why_and_status_remembers()
    {
        await using var lab = await AdminLab.CreateAsync();
        var before = File.ReadAllBytes(lab.Proxify.ConfigPath);
        File.WriteAllText(lab.Proxify.ConfigPath, "{}");

        var reload = (await lab.AskAsync("/v1/reload", "POST")).Ok();

        Assert.False(reload.GetProperty("applied").GetBoolean());
        Assert.Contains("Apps: is missing", reload.GetProperty("problems")[0].GetString());
        var status = (await lab.AskAsync("/v1/status")).Ok();
        Assert.False(status.GetProperty("last_reload").GetProperty("applied").GetBoolean());
        Assert.Equal(Encoding.UTF8.GetString(before), (await lab.AskAsync("/v1/config")).Text);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(before)), status.GetProperty("config_sha256").GetString());
    }

    [Fact]
    public async Task A_change_that_was_made_for_another_generation_is_refused()
    {
        await using var lab = await AdminLab.CreateAsync();
        var seen = (await lab.AskAsync("/v1/status")).Ok().GetProperty("generation").GetInt64();

        (await lab.AskAsync($"{lab.TargetPath(0)}/drain", "POST", null, $"If-Match: \"{seen}\"")).Ok();
        Assert.Contains("look again", (await lab.AskAsync($"{lab.TargetPath(1)}/drain", "POST", null, $"If-Match: \"{seen}\"")).Error(412));

        Assert.Equal([0, 1], (await lab.AskAsync("/v1/targets")).Ok().EnumerateArray().Select(static t => t.GetProperty("weight").GetInt32()));
    }

    [Fact]
    public async Task The_log_level_is_changed_and_events_are_streamed_as_they_come()
    {
        await using var lab = await AdminLab.CreateAsync();
        var stream = lab.Lab.Start([Tool.Require("curl", "curl"), "-sSN", "--unix-socket", lab.Socket, "http://localhost/v1/events/stream?after=0"]);
        await stream.Output.WaitAsync(static line => line.Contains("\"Started\"", StringComparison.Ordinal));

        var answer = (await lab.AskAsync("/v1/log-level", "PUT", """{"level":"warn"}""")).Ok();

        Assert.Equal("info", answer.GetProperty("before").GetString());
        await stream.Output.WaitAsync(static line => line.StartsWith("data: ", StringComparison.Ordinal)
            && JsonDocument.Parse(line[6..]).RootElement.GetProperty("event").GetString() == "LogLevelSet");
        await lab.Lab.EchoesAsync(lab.Port);
        await Patience.Eventually(async () => (await lab.AskAsync("/v1/apps")).Ok()[0].GetProperty("ended").TryGetProperty("done", out _));
        Assert.Empty(lab.Proxify.Sessions);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", null, 404, "there is no /v1/nothing")]
    [InlineData("POST", "/v1/status", null, 405, "/v1/status takes GET")]
    [InlineData("GET", "/v1/apps/app/pause", null, 405, "/v1/apps/app/pause takes POST")]
    [InlineData("POST", "/v1/apps/none/pause", null, 404, "no app is named none")]
    [InlineData("GET", "/v1/sessions?limit=0", null, 400, "limit: expected a number 1-1000, found \"0\"")]
    [InlineData("PUT", "/v1/apps/app/ports/70000", null, 400, "\"70000\" is no port; expected 1-65535")]
    [InlineData("PUT", "/v1/log-level", """{"level":"loud"}""", 400, "level: \"loud\" is unknown; expected one of: trace, debug, info, warn, error, fatal")]
    [InlineData("POST", "/v1/apps/app/targets/a/drain?within=soon", null, 400, "within: expected a time such as \"30s\", up to 1d, found \"soon\"")]
    [InlineData("PUT", "/v1/log-level", """{"lvl":"loud"}""", 400, "the body is not what was expected at $.lvl: an object with level")]
    [InlineData("POST", "/v1/apps/app/targets", """{"target":"127.0.0.1:0"}""", 400, "target: ")]
    public async Task What_is_wrong_is_said(string method, string path, string? body, int status, string error)
    {
        await using var lab = await AdminLab.CreateAsync();

        Assert.StartsWith(error, (await lab.AskAsync(path, method, body)).Error(status));
    }
}
