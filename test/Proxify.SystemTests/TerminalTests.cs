namespace Proxify.SystemTests;

/// <summary>On a terminal, here the one that script(1) makes: what a user sees who closes the window.</summary>
public sealed class TerminalTests
{
    [Fact]
    public async Task Closed_terminal_ends_the_proxy_and_kill_HUP_reloads()
    {
        await using var lab = await Lab.CreateAsync();
        var port = lab.Port();
        var config = Path.Combine(lab.Directory, "config.json");
        await File.WriteAllTextAsync(config, Config.Single(port, lab.Port()));
        var terminal = OnTerminal(lab, $"echo pid=$$; exec {Repository.Binary} -c {config}");
        var pid = int.Parse((await terminal.Output.WaitAsync(static line => line.StartsWith("pid=", StringComparison.Ordinal)))["pid=".Length..]);
        await terminal.Output.WaitAsync(static line => line.Contains("Started", StringComparison.Ordinal));

        Assert.Equal(0, Posix.Kill(pid, Posix.SigHup));
        await terminal.Output.WaitAsync(static line => line.Contains("Config reloaded", StringComparison.Ordinal));
        Assert.False(lab.IsRefused(port));

        terminal.Signal(Posix.SigKill);
        await Patience.Eventually(() => lab.IsRefused(port));
    }

    [Fact]
    public async Task Closed_terminal_of_the_run_script_leaves_nothing_running()
    {
        const int FirstEcho = 9001, FirstPort = 5001;
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var owned = lab;
        var terminal = OnTerminal(lab, $"cd {Repository.Root} && exec scripts/run");
        await terminal.Output.WaitAsync(static line => line.Contains("Started", StringComparison.Ordinal));
        await Patience.Eventually(() => !lab.IsRefused(FirstEcho));

        terminal.Signal(Posix.SigKill);

        await Patience.Eventually(() => lab.IsRefused(FirstPort) && lab.IsRefused(FirstEcho));
    }

    private static RunningProcess OnTerminal(Lab lab, string command) =>
        lab.Start([Tool.Require("script", "bsdutils"), "--quiet", "--command", command, "/dev/null"]);
}
