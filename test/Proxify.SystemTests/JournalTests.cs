namespace Proxify.SystemTests;

/// <summary>
/// The journal as standard output: a priority before each line (sd-daemon(3)), and no second time. $JOURNAL_STREAM says which stream it is (systemd.exec(5)).
/// </summary>
public sealed class JournalTests
{
    /// <summary>A pipe takes the place of the journal's socket: what counts is that its device and inode are those of the variable.</summary>
    private const string WithJournal = "mkfifo journal && (cat journal &) && { export JOURNAL_STREAM=$(stat -L -c %d:%i journal); exec \"$@\" >journal 2>&1; }";

    [Fact]
    public async Task Text_lines_for_the_journal_have_priorities_and_no_time()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(
            Config.Of(Config.App("app", lab.Port(), Config.Local(lab.Port())).With("Health", new { Interval = "100ms", FastInterval = "100ms", Fall = 1 })),
            new() { LogFormat = "text", Prefix = ["sh", "-c", WithJournal, "sh"] });

        await proxy.Log.WaitAsync(static line => line.StartsWith("<6>info  Started: ", StringComparison.Ordinal));
        await proxy.Log.WaitAsync(static line => line.StartsWith("<4>warn  Target 127.0.0.1:", StringComparison.Ordinal)
            && line.Contains("down: 1 check in a row failed", StringComparison.Ordinal));
        proxy.SaveConfig("{");
        await proxy.Log.WaitAsync(static line => line.StartsWith("<3>error Config rejected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_lines_for_the_journal_have_priorities()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(Config.Single(lab.Port(), lab.Port()), new() { Prefix = ["sh", "-c", WithJournal, "sh"] });

        Assert.Equal("Started", LogEvent.Parse((await proxy.Log.WaitAsync(static line => line.StartsWith("<6>{", StringComparison.Ordinal)))[3..]).Event);
    }

    [Fact]
    public async Task Problems_of_a_start_have_a_priority_for_the_journal()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify("{}", new() { LogFormat = "text", Prefix = ["sh", "-c", WithJournal, "sh"] });

        Assert.Equal(1, await proxy.ExitAsync());

        await proxy.Log.WaitAsync(line => line.StartsWith($"<3>{proxy.ConfigPath}:1:1: Apps: is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_for_another_stream_than_the_journal_have_a_time()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(
            Config.Single(lab.Port(), lab.Port()),
            new() { LogFormat = "text", Environment = new Dictionary<string, string> { ["JOURNAL_STREAM"] = "8:1234" } });

        Assert.Matches(@"^\d{4}-\d\d-\d\dT.*Z info  Started", await proxy.Log.WaitAsync(static line => line.Contains("Started", StringComparison.Ordinal)));
    }
}
