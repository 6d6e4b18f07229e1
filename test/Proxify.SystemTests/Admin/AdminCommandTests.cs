namespace Proxify.SystemTests.Admin;

/// <summary>The commands that ask a running proxy.</summary>
public sealed class AdminCommandTests
{
    [Fact]
    public async Task Status_targets_and_sessions_are_shown()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var client = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await client.SendAsync(2000);
        await client.ReceiveAsync(2000);

        var status = (await lab.CommandAsync("status")).Succeeded().Output;
        Assert.Matches(@"^proxify \d+\.\d+\.\d+, process \d+, up [0-9.]+s, transport (uring|sockets)\n", status);
        Assert.Contains("\n1 sessions (0 waiting), 2 of 2 targets up\n", status);
        Assert.Matches($@"\nAPP +PORTS +SESSIONS .*\napp +{lab.Port} +1 +0 +0 +2\.0 KiB +2\.0 KiB +2/2$", status);

        Assert.Matches($@"\napp +127\.0\.0\.1:{lab.Targets[1]} +1 +up +[01] ", (await lab.CommandAsync("targets", "app")).Succeeded().Output);
        Assert.Contains($"app  {client.Local}", (await lab.CommandAsync("sessions")).Succeeded().Output);
        Assert.StartsWith("{\"version\":", (await lab.CommandAsync("status", "--json")).Succeeded().Output);
    }

    [Fact]
    public async Task Drain_enable_kill_and_reload_say_what_they_did()
    {
        await using var lab = await AdminLab.CreateAsync();
        var target = Config.Local(lab.Targets[0]);

        Assert.Equal($"app {target}: weight 0, before 1", (await lab.CommandAsync("drain", "app", target)).Succeeded().Output);
        Assert.Contains($"changed at run time: app {target}: weight 0, configured 1", (await lab.CommandAsync("status")).Succeeded().Output);
        Assert.Equal($"app {target}: weight 1, before 0", (await lab.CommandAsync("enable", "app", target)).Succeeded().Output);
        Assert.Equal("0 ended", (await lab.CommandAsync("sessions", "--app", "app", "--kill")).Succeeded().Output);
        Assert.Equal("reloaded", (await lab.CommandAsync("reload")).Succeeded().Output);
        Assert.Contains("The weight of target", (await lab.CommandAsync("events")).Succeeded().Output);

        var wrong = await lab.CommandAsync("drain", "app", "10.0.0.1:1");
        Assert.Equal((1, "proxify: app app has no target 10.0.0.1:1"), (wrong.ExitCode, wrong.Errors));
        File.WriteAllText(lab.Proxify.ConfigPath, "{");
        var refused = await lab.CommandAsync("reload");
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("proxify: the config before stays in force: ", refused.Errors);
    }

    [Fact]
    public async Task Without_a_proxy_it_is_said_where_it_was_looked_for()
    {
        await using var lab = await Lab.CreateAsync();

        var result = await lab.RunAsync([Repository.Binary, "status", "--admin", "/none.sock"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("proxify: /none.sock: no such socket", result.Errors.TrimEnd());
    }
}
