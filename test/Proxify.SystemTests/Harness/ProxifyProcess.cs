using System.Runtime.CompilerServices;

namespace Proxify.SystemTests.Harness;

/// <summary>The proxy under test, with its config file and its log.</summary>
internal sealed class ProxifyProcess(RunningProcess process, string configPath)
{
    public RunningProcess Process => process;

    public string ConfigPath => configPath;

    public LineLog Log => process.Output;

    public IEnumerable<LogEvent> Events => process.Output.Lines.Select(LogEvent.Parse);

    /// <summary>What it said on standard error, in the format of its log.</summary>
    public string[] Problems => [.. process.Errors.Lines.Select(static line => LogEvent.Parse(line).Message)];

    public IEnumerable<LogEvent> Sessions => Events.Where(static e => e.Event == "Session");

    public long ResidentBytes => 1024 * long.Parse(
        File.ReadLines($"/proc/{process.Pid}/status").Single(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    public int Descriptors => DescriptorNumbers.Count();

    /// <summary>Of them, sockets: of files the runtime keeps some open from their first use on.</summary>
    public int Sockets => Directory.EnumerateFileSystemEntries($"/proc/{process.Pid}/fd").Count(
        static path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);


    /// <summary>User and system time in clock ticks, of which there are 100 a second (proc(5)).</summary>
    public long CpuTicks
    {
        get
        {
            var fields = File.ReadAllText($"/proc/{process.Pid}/stat").Split(") ")[1].Split(' ');
            return long.Parse(fields[11]) + long.Parse(fields[12]);
        }
    }

    private IEnumerable<int> DescriptorNumbers =>
        Directory.EnumerateFileSystemEntries($"/proc/{process.Pid}/fd").Select(static path => int.Parse(Path.GetFileName(path)));

    /// <summary>Where the log is now, for waits that must not see what came before.</summary>
    public int LogPosition => process.Output.Lines.Length;

    public async Task<LogEvent> WaitForEventAsync(string name, int start = 0) =>
        LogEvent.Parse(await Log.WaitAsync(line => LogEvent.Parse(line).Event == name, start, what: $"event {name} (errors: {process.Errors})"));

    public async Task<LogEvent> WaitForSessionAsync(Func<LogEvent, bool> fits, [CallerArgumentExpression(nameof(fits))] string what = "") =>
        LogEvent.Parse(await Log.WaitAsync(line => LogEvent.Parse(line) is { Event: "Session" } session && fits(session), what: what));

    /// <summary>Waits until that many sessions have ended and gives their records.</summary>
    public async Task<List<LogEvent>> WaitForSessionsAsync(int count)
    {
        var seen = 0;
        await Log.WaitAsync(line => LogEvent.Parse(line).Event == "Session" && ++seen == count, what: $"session record {count}");
        return [.. Sessions];
    }

    /// <summary>The record of the session of this client.</summary>
    public Task<LogEvent> WaitForSessionAsync(Peer client) =>
        WaitForSessionAsync(session => session.Text("client") == client.Local.ToString(), $"client {client.Local}");

    /// <summary>Saves as most editors do: the same file, truncated and written.</summary>
    public void SaveConfig(string config) => File.WriteAllText(configPath, config);

    /// <summary>Saves as careful programs do: a new file, renamed over the old one.</summary>
    public void ReplaceConfig(string config)
    {
        var next = configPath + ".next";
        File.WriteAllText(next, config);
        File.Move(next, configPath, overwrite: true);
    }

    /// <summary>Saves, and waits until the proxy says that the new config holds.</summary>
    public async Task ReloadAsync(string config)
    {
        var position = LogPosition;
        ReplaceConfig(config);
        await WaitForEventAsync("ConfigReloaded", position);
    }

    public void Signal(int signal) => process.Signal(signal);

    /// <summary>Stops the process, and waits until each of its threads stands still; SIGCONT goes on.</summary>
    public async Task PauseAsync()
    {
        Signal(Posix.SigStop);
        await Patience.Eventually(() => Directory.EnumerateDirectories($"/proc/{process.Pid}/task").All(
            static thread => File.ReadLines(Path.Combine(thread, "status")).Any(static line => line.StartsWith("State:\tT", StringComparison.Ordinal))));
    }

    public Task<int> ExitAsync(TimeSpan? limit = null) => process.ExitAsync(limit);
}
