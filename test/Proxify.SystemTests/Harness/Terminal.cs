namespace Proxify.SystemTests.Harness;

/// <summary>A terminal with a shell, which tmux plays.</summary>
internal sealed class Terminal(Lab lab)
{
    public async Task StartAsync(string columns, string rows) =>
        (await TmuxAsync("new-session", "-d", "-x", columns, "-y", rows, "sh")).Succeeded();

    public async Task KeysAsync(params string[] keys) => (await TmuxAsync(["send-keys", .. keys])).Succeeded();

    public async Task<string> ScreenAsync() => (await TmuxAsync("capture-pane", "-p")).Succeeded().Output.TrimEnd();

    /// <summary>Waits until the screen shows something.</summary>
    public async Task SeenAsync(Func<string, bool> holds)
    {
        var screen = "";
        await Patience.Eventually(async () => holds(screen = await ScreenAsync()), what: screen);
    }

    public Task EndAsync() => TmuxAsync("kill-server");

    private Task<ToolResult> TmuxAsync(params string[] words) =>
        lab.RunAsync([Tool.Require("tmux", "tmux"), "-S", Path.Combine(lab.Directory, "tmux"), "-f", "/dev/null", .. words]);
}
