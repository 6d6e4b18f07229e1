using System.Globalization;

namespace Proxify.Peers;

/// <summary>Ports, and the kernel's table of who listens on them.</summary>
static class Ports
{
    const int FirstPort = 17_000;
    const int LastPort = 19_999;

    static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    static int _lastPort = FirstPort - 1;

    /// <summary>A port where nothing listens; each call gives another, so that no TIME_WAIT of an earlier run is in the way.</summary>
    public static int Next()
    {
        do
            _lastPort = _lastPort < LastPort ? _lastPort + 1 : FirstPort;
        while (IsListening(_lastPort));
        return _lastPort;
    }

    /// <summary>
    /// Waits until the kernel takes connections for the port. A probing connection would say the same,
    /// but a proxy hands it on, and iperf3 takes it for the start of a test.
    /// </summary>
    /// <exception cref="BenchException">The process ended first.</exception>
    public static async Task WaitForListenerAsync(int port, ProcessHandle process, CancellationToken cancellation)
    {
        while (!IsListening(port))
        {
            if (process.HasExited)
            {
                await process.FinishAsync(cancellation);
                throw process.Exited();
            }
            await Task.Delay(5, cancellation);
        }
    }

    static bool IsListening(int port) =>
        Tables
            .Where(File.Exists)
            // Listeners come first; the rest may be a hundred thousand lines of TIME_WAIT.
            .SelectMany(file => File.ReadLines(file).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).TakeWhile(IsListener))
            .Any(fields => int.Parse(fields[1].AsSpan(fields[1].LastIndexOf(':') + 1), NumberStyles.HexNumber) == port);

    static bool IsListener(string[] fields) => fields[3] == "0A";
}
