using System.Globalization;
using Proxify.Hosting;
using Proxify.Linux;
using Proxify.Transport;
using Proxify.Transport.Net;

namespace Proxify.Program;

/// <summary>
/// Listening sockets that a service manager has opened and goes on holding (sd_listen_fds(3)): who connects while the process is restarted waits in their
/// queues.
/// </summary>
internal static class SocketActivation
{
    private const int FirstDescriptor = 3; // SD_LISTEN_FDS_START

    /// <summary>Those for this process; null: there are none.</summary>
    /// <exception cref="ProxyStartException">One is no listening TCP socket.</exception>
    public static GivenSockets? Take()
    {
        var (process, count) = (Number("LISTEN_PID"), Number("LISTEN_FDS"));
        // Not for those that this process starts.
        foreach (var variable in (string[])["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"])
            Environment.SetEnvironmentVariable(variable, null);
        if (process != Environment.ProcessId || count < 1)
            return null;
        var problems = new List<string>();
        var sockets = new List<(TcpEndpoint, int)>();
        foreach (var descriptor in Enumerable.Range(FirstDescriptor, count))
        {
            _ = Libc.SetCloseOnExec(descriptor, close: true);
            if (Libc.IsListeningTcp(descriptor) && Libc.SetNonBlocking(descriptor) >= 0)
            {
                TcpOptions.Apply(descriptor, TcpOptions.All);
                sockets.Add((ListenerBinding.BoundTo(descriptor), descriptor));
            }
            else
            {
                problems.Add($"LISTEN_FDS: descriptor {descriptor} is no listening TCP socket (systemd: ListenStream= with a port, Accept=no)");
            }
        }

        return problems.Count == 0 ? new GivenSockets(sockets) : throw new ProxyStartException(problems);
    }

    private static int Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
