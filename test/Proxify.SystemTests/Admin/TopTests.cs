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
        var terminal = await StartAsync(lab);

        await terminal.SeenAsync(screen => screen.Contains("\napp ", StringComparison.Ordinal) && screen.Contains("1 sessions", StringComparison.Ordinal));
        await terminal.KeysAsync("2");
        await terminal.SeenAsync(screen => screen.Contains($"\napp   {Config.Local(lab.Targets[0])}  up", StringComparison.Ordinal));
        await terminal.KeysAsync("3");
        await terminal.SeenAsync(screen => screen.Contains($"{client.Local}", StringComparison.Ordinal));
        await terminal.KeysAsync("/", "none");
        await terminal.SeenAsync(screen =>
            screen.EndsWith("/none_", StringComparison.Ordinal) && !screen.Contains($"{client.Local}", StringComparison.Ordinal));
        await terminal.KeysAsync("Enter");
        await terminal.SeenAsync(screen => screen.Contains("only rows with \"none\"", StringComparison.Ordinal));
        Assert.All((await terminal.ScreenAsync()).Split('\n'), static line => Assert.InRange(line.Length, 0, 80));

        await terminal.KeysAsync("q");
        await terminal.SeenAsync(screen => screen.Split("left").Length == 3 && !screen.Contains("generation", StringComparison.Ordinal));
        await terminal.EndAsync();
    }

    [Fact]
    public async Task A_selected_target_is_drained_enabled_and_disabled_and_its_sessions_ended_each_after_a_question()
    {
        await using var lab = await AdminLab.CreateAsync();
        var (first, second) = (Config.Local(lab.Targets[0]), Config.Local(lab.Targets[1]));
        var terminal = await StartAsync(lab);
        await terminal.SeenAsync(static screen => screen.Contains("\napp ", StringComparison.Ordinal));
        await terminal.KeysAsync("d");
        await terminal.SeenAsync(static screen => screen.EndsWith("of targets only: 2 shows them", StringComparison.Ordinal));

        // Rows move: what is meant is asked, and nothing but a yes is one.
        await terminal.KeysAsync("2");
        await terminal.SeenAsync(screen => screen.Contains(second, StringComparison.Ordinal));
        await terminal.KeysAsync("j", "d");
        await terminal.SeenAsync(screen => screen.EndsWith($"drain {second} of app (it gets no new sessions)? y/N", StringComparison.Ordinal));
        await terminal.KeysAsync("Enter");
        await terminal.SeenAsync(static screen => screen.EndsWith("nothing done", StringComparison.Ordinal));
        await terminal.KeysAsync("d", "y");
        await terminal.SeenAsync(screen => screen.EndsWith($"app {second}: weight 0, before 1", StringComparison.Ordinal));
        Assert.Equal("1 0", await WeightsAsync());
        await terminal.KeysAsync("e", "y");
        await terminal.SeenAsync(screen => screen.EndsWith($"app {second}: weight 1, before 0", StringComparison.Ordinal));
        Assert.Equal("1 1", await WeightsAsync());

        using var live = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await live.SendAsync(10);
        await live.ReceiveAsync(10);
        var isFirst = (await lab.AskAsync("/v1/sessions")).Ok().GetProperty("sessions")[0].GetProperty("target").GetString() == first;
        await terminal.KeysAsync(isFirst ? "Up" : "Down", "K", "y");
        await terminal.SeenAsync(static screen => screen.EndsWith("1 ended", StringComparison.Ordinal));
        Assert.Equal(PeerEnd.Reset, await live.ReceiveToEndAsync());
        await terminal.KeysAsync("x", "y");
        await terminal.SeenAsync(screen => screen.EndsWith($"app {(isFirst ? first : second)}: weight 0, before 1", StringComparison.Ordinal));

        await terminal.KeysAsync("?");
        await terminal.SeenAsync(static screen => screen.Contains("drain the target", StringComparison.Ordinal));
        await terminal.KeysAsync("h", "q");
        await terminal.SeenAsync(static screen => screen.Contains("\nleft", StringComparison.Ordinal));
        await terminal.EndAsync();

        async Task<string> WeightsAsync() =>
            string.Join(' ', (await lab.AskAsync("/v1/targets")).Ok().EnumerateArray().Select(static target => target.GetProperty("weight").GetInt32()));
    }

    [Fact]
    public async Task A_session_is_ended_by_hand()
    {
        await using var lab = await AdminLab.CreateAsync();
        using var older = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await older.SendAsync(10);
        await older.ReceiveAsync(10);
        using var younger = await lab.Lab.ConnectAsync(lab.Port, incoming: Payload.FromClient);
        await younger.SendAsync(10);
        await younger.ReceiveAsync(10);
        var terminal = await StartAsync(lab);
        await terminal.KeysAsync("3");
        await terminal.SeenAsync(screen => Array.TrueForAll(
            [older, younger], session => screen.Contains($"{session.Local}", StringComparison.Ordinal)));

        await terminal.KeysAsync("End", "K");
        await terminal.SeenAsync(screen => screen.Contains($"end session {younger.Local}", StringComparison.Ordinal));
        await terminal.KeysAsync("y");

        Assert.Equal(PeerEnd.Reset, await younger.ReceiveToEndAsync());
        await older.SendAsync(10);
        await older.ReceiveAsync(10);
        await terminal.EndAsync();
    }

    [Fact]
    public async Task Without_a_terminal_it_is_shown_once()
    {
        await using var lab = await AdminLab.CreateAsync();

        var shown = (await lab.CommandAsync("top", "--interval", "0.5")).Succeeded().Output;

        Assert.Matches($@"\nAPPv +SESSIONS +NEW/S .*\napp +0 +0\.0 +0 B +2/2 +0 +0\.0 +0 +{lab.Port}", shown);
        Assert.DoesNotContain('\e', shown);
    }

    private static async Task<Terminal> StartAsync(AdminLab lab)
    {
        var terminal = new Terminal(lab.Lab);
        await terminal.StartAsync("80", "24");
        await terminal.KeysAsync($"{Repository.Binary} top --interval 0.5 --admin {lab.Socket}; echo left", "Enter");
        return terminal;
    }
}
