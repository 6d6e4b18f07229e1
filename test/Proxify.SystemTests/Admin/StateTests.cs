using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Proxify.SystemTests.Admin;

/// <summary>Changes made at run time, and the file that keeps them (<c>--state</c>).</summary>
[SupportedOSPlatform("linux")]
public sealed class StateTests : IDisposable
{
    private static readonly (char Letter, string Name)[] Keys =
        [('W', "weights"), ('A', "targets_added"), ('R', "targets_removed"), ('P', "ports"), ('S', "paused")];

    private readonly string _folder = Directory.CreateTempSubdirectory("proxify-state-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "state.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData]
    [InlineData("-b")]
    public async Task Changes_outlive_a_proxy_that_is_killed(params string[] arguments)
    {
        var options = Options(arguments);
        await using var lab = await AdminLab.CreateAsync(options);
        var (added, port) = ((await lab.Lab.StartEchoAsync())[0], lab.Lab.Port());
        (await lab.AskAsync("/v1/apps/app/targets", "POST", $$"""{"target":"{{Config.Local(added)}}","weight":5,"backup":true}""")).Ok();
        (await lab.AskAsync($"{lab.TargetPath(0)}/weight", "PUT", """{"weight":7}""")).Ok();
        (await lab.AskAsync(lab.TargetPath(1), "DELETE")).Ok();
        (await lab.AskAsync($"/v1/apps/app/ports/{port}", "PUT")).Ok();
        var paused = (await lab.AskAsync("/v1/apps/app/pause", "POST")).Ok();
        Assert.Equal(JsonValueKind.Null, paused.GetProperty("not_kept").ValueKind);
        var (changes, targets) = (await ChangesAsync(lab), await TargetsAsync(lab));
        Assert.Equal(5, changes.Length);

        await RestartAsync(lab, options);

        Assert.Equal(changes, await ChangesAsync(lab));
        Assert.Equal(targets, await TargetsAsync(lab));
        await lab.Lab.ExpectRefusedAsync(lab.Port);
        Assert.Contains("5 changes in force again, 0 ended", (await lab.Proxify.WaitForEventAsync("StateRead")).Message);
        (await lab.AskAsync("/v1/apps/app/resume", "POST")).Ok();
        await lab.Lab.EchoesAsync(port);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Equal([Path], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task What_the_config_says_otherwise_meanwhile_ends_a_change_for_good()
    {
        await using var lab = await AdminLab.CreateAsync(Options());
        (await lab.AskAsync($"{lab.TargetPath(0)}/drain", "POST")).Ok();
        (await lab.AskAsync($"{lab.TargetPath(1)}/weight", "PUT", """{"weight":3}""")).Ok();
        var config = await File.ReadAllTextAsync(lab.Proxify.ConfigPath, TestContext.Current.CancellationToken);
        var target = $"\"{Config.Local(lab.Targets[0])}\"";
        Assert.Contains(target, config);

        await RestartAsync(lab, Options(), config.Replace(target, $$"""{"Address":{{target}},"Weight":9}"""));
        var change = Assert.Single((await lab.AskAsync("/v1/changes")).Ok().EnumerateArray());
        Assert.Equal(Config.Local(lab.Targets[1]), change.GetProperty("target").GetString());

        await RestartAsync(lab, Options(), config);
        Assert.Single((await lab.AskAsync("/v1/changes")).Ok().EnumerateArray());

        // A reload ends the other one, in the file, too.
        await lab.Proxify.ReloadAsync(lab.Config(lab.Targets[0]));
        await RestartAsync(lab, Options(), config);
        Assert.Empty((await lab.AskAsync("/v1/changes")).Ok().EnumerateArray());
    }

    [Theory]
    [InlineData("{", "Expected depth to be zero")]
    [InlineData("[]", "expected \"version\": 1, found none")]
    [InlineData("""{"version":2,"new":1}""", "expected \"version\": 1, found 2")]
    [InlineData("""{"version":"1"}""", "expected \"version\": 1, found none")]
    [InlineData("""{"version":1}""", "missing required properties")]
    [InlineData("""{"version":1,W,A,R,P,"paused":[null]}""", "null")]
    [InlineData("""{"version":1,W,A,R,P,"paused":[],"pausd":["app"]}""", "pausd")]
    [InlineData("""{"version":1,"weights":[{"app":"a","target":"b:1","weight":257,"configured":1}],A,R,P,S}""", "b:1 has a weight of 257; expected 0-256")]
    [InlineData("""{"version":1,W,"targets_added":[{"app":"a","target":"b:x","weight":1,"backup":false}],R,P,S}""", "b:x")]
    [InlineData("""{"version":1,W,"targets_added":[{"app":"a","target":"b:1","weight":1,"backup":false}],"targets_removed":[{"app":"a","target":"b:1"}],P,S}""", "b:1 of app a is in it twice")]
    [InlineData("""{"version":1,W,A,R,"ports":[{"app":"a","port":0}],S}""", "a has port 0; expected 1-65535")]
    public async Task A_file_that_is_damaged_is_put_aside_and_the_proxy_starts(string damaged, string problem)
    {
        damaged = Regex.Replace(damaged, "(?<=,)[WARPS](?=[,}])", static key => $"\"{Keys.Single(k => k.Letter == key.Value[0]).Name}\":[]");
        File.WriteAllText(Path, damaged);

        await using var lab = await AdminLab.CreateAsync(Options());

        var refused = (await lab.Proxify.WaitForEventAsync("StateRefused")).Message;
        Assert.Contains(problem, refused);
        Assert.Contains($"it is {Path}.bad now", refused);
        Assert.Equal(damaged, File.ReadAllText($"{Path}.bad"));
        await lab.Lab.EchoesAsync(lab.Port);
        (await lab.AskAsync($"{lab.TargetPath(0)}/drain", "POST")).Ok();
        await RestartAsync(lab, Options());
        Assert.Single(await ChangesAsync(lab));
    }

    [Fact]
    public async Task Where_the_file_cannot_be_written_a_change_holds_and_it_is_said_that_it_is_not_kept()
    {
        await using var lab = await AdminLab.CreateAsync(Options());
        Directory.Delete(_folder, recursive: true);

        var drained = await lab.CommandAsync("drain", "app", Config.Local(lab.Targets[0]));

        Assert.Contains("\nwarning: the next start will not know of it: Could not find", drained.Succeeded().Output);
        Assert.Contains(_folder, (await lab.Proxify.WaitForEventAsync("StateNotKept")).Message);
        Assert.Contains(" are not kept, ", (await lab.CommandAsync("status")).Succeeded().Output);
        Assert.Single(await ChangesAsync(lab));

        Directory.CreateDirectory(_folder);
        (await lab.AskAsync($"{lab.TargetPath(1)}/weight", "PUT", """{"weight":3}""")).Ok();
        Assert.DoesNotContain(" are not kept, ", (await lab.CommandAsync("status")).Succeeded().Output);
        await RestartAsync(lab, Options());
        Assert.Equal(2, (await ChangesAsync(lab)).Length);
    }

    [Fact]
    public async Task A_port_that_was_opened_and_that_another_process_has_now_keeps_nobody_from_starting()
    {
        await using var lab = await AdminLab.CreateAsync(Options());
        var (taken, free) = (lab.Lab.Port(), lab.Lab.Port());
        (await lab.AskAsync($"/v1/apps/app/ports/{taken}", "PUT")).Ok();
        (await lab.AskAsync($"/v1/apps/app/ports/{free}", "PUT")).Ok();
        await lab.KillAsync(taken, free);
        using var other = lab.Lab.Listen(port: taken);

        await lab.StartAgainAsync(Options());

        Assert.Contains($"Port {taken} ", (await lab.Proxify.WaitForEventAsync("PortNotRestored")).Message);
        await lab.Lab.EchoesAsync(lab.Port);
        await lab.Lab.EchoesAsync(free);
        Assert.Single(await ChangesAsync(lab));
    }

    private static async Task RestartAsync(AdminLab lab, ProxifyOptions options, string? config = null)
    {
        await lab.KillAsync();
        await lab.StartAgainAsync(options, config);
    }

    private ProxifyOptions Options(params string[] arguments) => new() { Arguments = ["--state", Path, .. arguments] };

    private static async Task<string[]> ChangesAsync(AdminLab lab) =>
        [.. (await lab.AskAsync("/v1/changes")).Ok().EnumerateArray().Select(static change => change.GetRawText()).Order(StringComparer.Ordinal)];

    private static async Task<string[]> TargetsAsync(AdminLab lab) =>
        [.. (await lab.AskAsync("/v1/targets")).Ok().EnumerateArray()
            .Select(static t => $"{t.GetProperty("target")} {t.GetProperty("weight")} {t.GetProperty("backup")}")];
}
