using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Proxify.Peers;

/// <summary>A program that the benchmark started; disposing ends it and everything it started.</summary>
sealed class ProcessHandle : IAsyncDisposable
{
    readonly Process _process;
    readonly StringBuilder _output = new();
    readonly StringBuilder _errors = new();

    ProcessHandle(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        Name = Path.GetFileName(file);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(Find(file), arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true
            },
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            _process.StartInfo.Environment[name] = value;
        // Read all the time: a full pipe would stop the program.
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <exception cref="BenchException">There is no such program.</exception>
    public static ProcessHandle Start(string file, params IEnumerable<string> arguments) => Start(file, arguments, environment: null);

    static ProcessHandle Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var handle = new ProcessHandle(file, arguments, environment);
        try
        {
            handle._process.Start();
        }
        catch (Win32Exception wrong)
        {
            handle._process.Dispose();
            throw new BenchException($"{handle.Name}: {wrong.Message}");
        }
        handle._process.StandardInput.Close();
        handle._process.BeginOutputReadLine();
        handle._process.BeginErrorReadLine();
        return handle;
    }

    /// <summary>Runs a program to its end and returns what it wrote to stdout.</summary>
    /// <param name="file">Its name, or where it is.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="environment">Variables besides those that there are. Default: none.</param>
    /// <exception cref="BenchException">It does not exist, or ended with another code than 0.</exception>
    public static async Task<string> RunAsync(
        string file, IEnumerable<string> arguments, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var handle = Start(file, arguments, environment);
        return await handle.FinishAsync(cancellation);
    }

    /// <summary>Waits for the end and returns stdout.</summary>
    /// <exception cref="BenchException">It ended with another code than 0.</exception>
    public async Task<string> FinishAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        if (_process.ExitCode != 0)
            throw Exited();
        lock (_output)
            return _output.ToString();
    }

    /// <summary>Waits for the end, whatever its code, and returns the first line that it wrote anywhere.</summary>
    public async Task<string> FirstLineAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return Lines(_output).Concat(Lines(_errors)).FirstOrDefault("unknown");
    }

    /// <summary>What to say of a program that should still be running.</summary>
    public BenchException Exited() => new($"{Name} exited with code {_process.ExitCode}: {LastWords()}");

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Nothing here has anything to save; a drain would only lengthen the benchmark.
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await _process.WaitForExitAsync(bound.Token);
        }
        catch (Exception wrong) when (wrong is OperationCanceledException or InvalidOperationException or Win32Exception or AggregateException)
        {
            await Console.Error.WriteLineAsync($"{Name}: did not end: {wrong.Message}");
        }
        _process.Dispose();
    }

    // Debian keeps daemons in sbin, which is not on an ordinary user's path.
    static string Find(string name) =>
        name.Contains('/')
            ? File.Exists(name) ? name : throw new BenchException($"there is no {name}")
            : (Environment.GetEnvironmentVariable("PATH") + ":/usr/local/sbin:/usr/sbin").Split(':')
                .Select(folder => Path.Combine(folder, name))
                .FirstOrDefault(File.Exists) ?? throw new BenchException($"{name} is not installed (bash bench/peers/install.sh)");

    static void Append(StringBuilder text, string? line)
    {
        const int Bound = 1 << 20;
        lock (text)
            if (line is not null && text.Length < Bound)
                text.AppendLine(line);
    }

    static string[] Lines(StringBuilder text)
    {
        lock (text)
            return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    // The last line with words in it: iperf3's JSON ends with its error and a brace.
    string LastWords() => Lines(_output).Concat(Lines(_errors)).LastOrDefault(line => line.Any(char.IsLetter), "it said nothing");
}
