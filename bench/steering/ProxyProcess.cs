using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Proxify.SteeringBench;

/// <summary>A proxy at work, and how long it took to get there. Disposing ends it.</summary>
sealed class ProxyProcess : IAsyncDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly Lock _lock = new();
    readonly List<(string Text, long At)> _lines = [];
    readonly long _startedAt;
    TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ProxyProcess(string file, IEnumerable<string> arguments)
    {
        _process = new Process { StartInfo = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _startedAt = Stopwatch.GetTimestamp();
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>From before fork and exec until it was ready.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>
    /// Processor time that it had used when it was ready, descendants included. Unlike <see cref="StartTime"/> it says nothing of the machine's other load.
    /// </summary>
    public TimeSpan StartCpu { get; private set; }

    /// <summary>Processor time that it has used, without descendants.</summary>
    public TimeSpan Cpu => ProcessClock.Of(Id);

    /// <summary>Its own memory in MB of 10^6 bytes, descendants included, shared pages by halves (PSS).</summary>
    public double Megabytes => MemoryGauge.Of(Id).Proportional * 1024 / 1e6;

    /// <summary>What the kernel holds for its BPF maps, in MB; maps inside of other maps count (they are open too).</summary>
    public double MapMegabytes => Directory.EnumerateFiles($"/proc/{Id}/fdinfo").SelectMany(File.ReadLines)
        .Where(line => line.StartsWith("memlock:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.AsSpan("memlock:".Length).Trim(), NumberStyles.None)) / 1e6;

    /// <summary>Starts proxify; ready is when it says Started.</summary>
    public static async Task<ProxyProcess> StartProxifyAsync(Options options, string configFile, bool steering)
    {
        string[] mode = steering ? ["-b", "-p", $"{ConfigText.Listener}"] : [];
        var proxy = new ProxyProcess(options.Proxify.FullName, [.. mode, "-c", configFile]);
        proxy.StartTime = Stopwatch.GetElapsedTime(proxy._startedAt, (await proxy.WaitForAsync("Started", 1)).At);
        proxy.StartCpu = proxy.Cpu;
        return proxy;
    }

    /// <summary>Starts another proxy; ready is when it accepts connections on its last port.</summary>
    public static async Task<ProxyProcess> StartPeerAsync(string file, string[] arguments, int lastPort)
    {
        var proxy = new ProxyProcess(file, arguments);
        while (!Connects(lastPort))
        {
            if (proxy._process.HasExited || Stopwatch.GetElapsedTime(proxy._startedAt) > Limit)
                throw proxy.Failed("did not come to accept connections");
            await Task.Yield();
        }

        proxy.StartTime = Stopwatch.GetElapsedTime(proxy._startedAt);
        proxy.StartCpu = ProcessTree.Of(proxy.Id).Aggregate(TimeSpan.Zero, (sum, id) => sum + ProcessClock.Of(id));
        return proxy;
    }

    /// <summary>How often a line with this text has come.</summary>
    public int Count(string text)
    {
        lock (_lock)
            return _lines.Count(line => line.Text.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>The nth line with this text, and when it came.</summary>
    public async Task<(string Text, long At)> WaitForAsync(string text, int count)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            Task more;
            lock (_lock)
            {
                var found = _lines.Where(line => line.Text.Contains(text, StringComparison.Ordinal)).Take(count).ToArray();
                if (found.Length == count)
                    return found[^1];
                more = _more.Task;
            }

            if (_process.HasExited || Stopwatch.GetElapsedTime(since) > Limit)
                throw Failed($"did not say \"{text}\"");
            await Task.WhenAny(more, Task.Delay(100));
        }
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, $"{Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        // Workers may outlive their parent a little, and what io_uring holds outlives its process: the next one wants the ports.
        foreach (var port in (int[])[ConfigText.Listener, 5001, 10_000, 19_999])
            while (Connects(port))
                await Task.Delay(1);
    }

    static bool Connects(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    void Add(string? line)
    {
        var now = Stopwatch.GetTimestamp();
        TaskCompletionSource more;
        lock (_lock)
        {
            if (line is not null)
                _lines.Add((line, now));
            (more, _more) = (_more, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        more.TrySetResult();
    }

    BenchException Failed(string what)
    {
        lock (_lock)
            return new BenchException($"{_process.StartInfo.FileName} {what}: {string.Join(" / ", _lines.TakeLast(3).Select(line => line.Text))}");
    }
}
