namespace Proxify.SystemTests.Admin;

/// <summary><c>proxify top</c> in a terminal of 80 columns, which tmux plays.</summary>
public sealed class TopTests
{
    [Fact]
    public async Task Apps_targets_and_sessions_are_watched_filtered_and_left_and_the_terminal_is_as_before()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var client = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await client.SendAsync(1000);
        await client.ReceiveAsync(1000);
        await TmuxAsync("new-session", "-d", "-x", "80", "-y", "24", "sh");
        await KeysAsync($"{Repository.Binary} top --interval 0.5 --admin {lab.Socket}; echo left", "Enter");

        await SeenAsync(screen => screen.Contains("\napp ", StringComparison.Ordinal) && screen.Contains("1 sessions", StringComparison.Ordinal));
        await KeysAsync("2");
        await SeenAsync(screen => screen.Contains($"\napp   {Config.Local(lab.Targets[0])}  up", StringComparison.Ordinal));
        await KeysAsync("3");
        await SeenAsync(screen => screen.Contains($"{client.Local}", StringComparison.Ordinal));
        await KeysAsync("/", "none");
        await SeenAsync(screen => screen.EndsWith("/none_", StringComparison.Ordinal) && !screen.Contains($"{client.Local}", StringComparison.Ordinal));
        await KeysAsync("Enter");
        await SeenAsync(screen => screen.Contains("only rows with \"none\"", StringComparison.Ordinal));
        Assert.All((await ScreenAsync()).Split('\n'), static line => Assert.InRange(line.Length, 0, 80));

        await KeysAsync("q");
        await SeenAsync(screen => screen.Split("left").Length == 3 && !screen.Contains("generation", StringComparison.Ordinal));
        await TmuxAsync("kill-server");

        Task<ToolResult> TmuxAsync(params string[] words) =>
            lab.Lab.RunAsync([Tool.Require("tmux", "tmux"), "-S", Path.Combine(lab.Lab.Directory, "tmux"), "-f", "/dev/null", .. words]);

        async Task KeysAsync(params string[] keys) => (await TmuxAsync(["send-keys", .. keys])).Succeeded();

        async Task<string> ScreenAsync() => (await TmuxAsync("capture-pane", "-p")).Succeeded().Output.TrimEnd();

        Task SeenAsync(Func<string, bool> holds) => Patience.Eventually(async () => holds(await ScreenAsync()));
    }

    [Fact]
    public async Task Without_a_terminal_it_is_shown_once()
    {
        await using var lab = await AdminLab.CreateAsync();

        var shown = (await lab.CommandAsync("top", "--interval", "0.5")).Succeeded().Output;

        Assert.Matches($@"\nAPPv +SESSIONS +NEW/S .*\napp +0 +0\.0 +0 B +2/2 +0 +0\.0 +0 +{lab.Port}", shown);
        Assert.DoesNotContain('\e', shown);
    }
}
