using System.Diagnostics;

namespace Proxify.SystemTests.Harness;

/// <summary>A program started by a test. It does not outlive the test.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    private RunningProcess(Process process)
    {
        _process = process;
        Pid = process.Id;
        _reading = Task.WhenAll(Output.ReadAsync(process.StandardOutput), Errors.ReadAsync(process.StandardError));
    }

    public int Pid { get; }

    public LineLog Output { get; } = new();

    public LineLog Errors { get; } = new();

    public bool HasExited => _process.HasExited;

    public StreamWriter Input => _process.StandardInput;

    public static RunningProcess Start(IEnumerable<string> command, string? workingDirectory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        // Whoever starts the tests may ignore signals, as nohup(1) and shells without job control do, and that is inherited.
        var start = new ProcessStartInfo("env", ["--default-signal", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new RunningProcess(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end, with <paramref name="input"/> as all of its standard input.</summary>
    public static async Task<ToolResult> RunAsync(
        IEnumerable<string> command, string input = "", string? workingDirectory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var process = Start(command, workingDirectory, environment);
        try
        {
            await process.Input.WriteAsync(input);
            process.Input.Close();
        }
        catch (IOException)
        {
            // It has ended without reading it.
        }

        var exitCode = await process.ExitAsync();
        return new ToolResult(exitCode, process.Output.ToString(), process.Errors.ToString());
    }

    public void Signal(int signal) => Assert.Equal(0, Posix.Kill(Pid, signal));

    /// <summary>Waits for the end and everything written before it; gives the exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan? limit = null)
    {
        await _process.WaitForExitAsync().Within(limit, $"end of {_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}");
        await _reading.Within();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().Within();
        _process.Dispose();
    }
}
