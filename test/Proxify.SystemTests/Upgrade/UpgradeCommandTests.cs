using System.Text.Json;
using Proxify.SystemTests.Admin;

namespace Proxify.SystemTests.Upgrade;

/// <summary><c>proxify upgrade</c>, which says what has come of it, and what the next process knows.</summary>
public sealed class UpgradeCommandTests
{
    [Fact]
    public async Task Says_who_serves_and_returns_when_that_one_answers()
    {
        await using var lab = await AdminLab.CreateAsync();
        await using var family = new Family(lab.Proxify);
        using var client = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await client.SendAsync(1);
        await client.ReceiveAsync(1);

        var idle = 0.0;
        await Patience.Eventually(async () => (idle = await IdleSecondsAsync(lab)) >= 1);

        var upgraded = (await lab.CommandAsync("upgrade")).Succeeded();

        Assert.InRange(await IdleSecondsAsync(lab), idle, double.MaxValue);
        var status = (await lab.AskAsync("/v1/status")).Ok();
        Assert.Equal($"process {status.GetProperty("pid")} serves now, with 1 session", upgraded.Output);
        Assert.NotEqual(lab.Proxify.Process.Pid, status.GetProperty("pid").GetInt32());
        await client.SendAsync(1);
        await client.ReceiveAsync(1);
        await Patience.Eventually(() => lab.Proxify.Process.HasExited);
    }

    private static async Task<double> IdleSecondsAsync(AdminLab lab) =>
        (await lab.AskAsync("/v1/sessions")).Ok().GetProperty("sessions")[0].GetProperty("idle_seconds").GetDouble();

    [Fact]
    public async Task Says_why_nothing_has_changed()
    {
        await using var lab = await AdminLab.CreateAsync();
        lab.Proxify.SaveConfig("{");
        await lab.Proxify.WaitForEventAsync("ConfigRejected");

        var refused = await lab.CommandAsync("upgrade");

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith($"proxify: nothing has changed: {lab.Proxify.ConfigPath}:1:", refused.Errors, StringComparison.Ordinal);
        await lab.Lab.EchoesAsync(lab.Port);
    }

    [Fact]
    public async Task Process_1_is_followed_by_nobody()
    {
        await using var lab = await AdminLab.CreateAsync(new() { Prefix = [Tool.Require("unshare", "util-linux"), "--pid", "--fork", "--kill-child"] });

        var refused = await lab.CommandAsync("upgrade");

        Assert.Equal("proxify: nothing has changed: it is process 1, with which everything ends in its container", refused.Errors.Trim());
        await lab.Lab.EchoesAsync(lab.Port);
    }

    [Fact]
    public async Task Second_one_is_refused_while_one_is_under_way()
    {
        await using var lab = await Lab.CreateAsync();
        var program = new ReplacedProgram(lab);
        var (port, echo) = (lab.Port(), await lab.StartEchoAsync());
        var proxy = await lab.StartProxifyAsync(Config.Single(port, echo[0]), new() { Binary = program.Path });
        program.BeScript("exec sleep 1000");
        proxy.Signal(Posix.SigUser2);
        await Patience.Eventually(() => File.Exists(program.PidFile) && File.ReadAllText(program.PidFile).EndsWith('\n'));

        var start = proxy.LogPosition;
        proxy.Signal(Posix.SigUser2);

        Assert.Equal("another upgrade is under way", (await proxy.WaitForEventAsync("UpgradeFailed", start)).Text("problem"));
        start = proxy.LogPosition;
        Assert.Equal(0, Posix.Kill(int.Parse(File.ReadAllText(program.PidFile)), Posix.SigKill));
        await proxy.WaitForEventAsync("UpgradeFailed", start);
        await lab.EchoesAsync(port);
    }

    [Fact]
    public async Task What_was_changed_at_run_time_and_who_is_down_is_known_to_the_next_process()
    {
        await using var lab = await AdminLab.CreateAsync();
        await using var family = new Family(lab.Proxify);
        var dead = lab.Lab.Port();
        (await lab.CommandAsync("drain", "app", Config.Local(lab.Targets[0]))).Succeeded();
        (await lab.AskAsync("/v1/apps/app/targets", "POST", JsonSerializer.Serialize(new { target = Config.Local(dead) }))).Ok();
        await lab.Proxify.WaitForEventAsync("TargetDown");
        var before = await TargetsAsync();
        Assert.Equal("down", before[2].GetProperty("health").GetString());

        (await lab.CommandAsync("upgrade")).Succeeded();

        var after = await TargetsAsync();
        Assert.Equal(3, after.Count);
        for (var i = 0; i < 3; i++)
        {
            foreach (var what in (string[])["target", "weight", "health"])
                Assert.Equal(before[i].GetProperty(what).ToString(), after[i].GetProperty(what).ToString());
        }

        Assert.Equal(before[2].GetProperty("since").ToString(), after[2].GetProperty("since").ToString());

        async Task<List<JsonElement>> TargetsAsync() => [.. (await lab.AskAsync("/v1/targets")).Ok().EnumerateArray()];
    }
}
