using System.Globalization;
using System.Net;
using Proxify.Linux;
using Proxify.Transport;

namespace Proxify.Steering;

/// <summary>
/// Finds who listens on a port, for the warning before steering takes it over: an sk_lookup program is asked before the kernel looks for a bound
/// socket, so a steered port that sshd has bound would no longer reach sshd.
/// </summary>
internal static class ListenerSearch
{
    private const string Listening = "0A";

    /// <summary>
    /// The listening TCP sockets of the calling thread's network namespace on these ports, other than our own process's; none where neither sock_diag(7) nor
    /// /proc shows them.
    /// </summary>
    public static IReadOnlyList<ListenerOwner> Find(IReadOnlySet<ushort> ports)
    {
        if (ports.Count == 0)
            return [];
        try
        {
            return FindAmongSockets(ports);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static ListenerOwner[] FindAmongSockets(IReadOnlySet<ushort> ports)
    {
        var listening = new List<ListeningSocket>();
        if (SockDiag.ReadListeners(listening) < 0)
        {
            listening.Clear();
            ReadTables(listening);
        }

        var sockets = listening.Where(s => ports.Contains(s.Port)).DistinctBy(s => s.Inode)
            .ToDictionary(s => (ulong)s.Inode, s => new TcpEndpoint(s.Address, s.Port));
        if (sockets.Count == 0)
            return [];

        var processes = FindProcesses(sockets.Keys);
        return
        [
            .. from socket in sockets
               let process = processes.GetValueOrDefault(socket.Key)
               where process.Id != Environment.ProcessId
               orderby socket.Value.Port
               select new ListenerOwner(socket.Value, process.Id == 0 ? null : process.Id, process.Name),
        ];
    }

    // What a sandbox without netlink leaves. The kernel walks its table of all connections for it: many milliseconds, seconds where there are tens of
    // thousands. A line: "  0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18021 1 ..." (proc_pid_net(5)).
    private static void ReadTables(List<ListeningSocket> found)
    {
        foreach (var table in (ReadOnlySpan<string>)["/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"])
        {
            if (!File.Exists(table))
                continue;
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length < 10 || fields[3] != Listening)
                    continue;
                var local = fields[1].AsSpan();
                found.Add(new ListeningSocket(ParseAddress(local[..^5]), ushort.Parse(local[^4..], NumberStyles.HexNumber), uint.Parse(fields[9])));
            }
        }
    }

    // The kernel prints each 32-bit word as a number in its own byte order.
    private static IPAddress ParseAddress(ReadOnlySpan<char> hex)
    {
        var bytes = new byte[hex.Length / 2];
        for (var i = 0; i < bytes.Length; i += 4)
            BitConverter.TryWriteBytes(bytes.AsSpan(i), uint.Parse(hex.Slice(2 * i, 8), NumberStyles.HexNumber));
        return new IPAddress(bytes);
    }

    private static Dictionary<ulong, (int Id, string Name)> FindProcesses(IReadOnlyCollection<ulong> inodes)
    {
        var wanted = inodes.ToDictionary(inode => $"socket:[{inode}]", StringComparer.Ordinal);
        var found = new Dictionary<ulong, (int Id, string Name)>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process.AsSpan()), out var id))
                continue;

            try
            {
                foreach (var descriptor in new DirectoryInfo($"{process}/fd").EnumerateFileSystemInfos())
                {
                    if (descriptor.LinkTarget is { } target && wanted.TryGetValue(target, out var inode))
                        found.TryAdd(inode, (id, File.ReadAllText($"{process}/comm").TrimEnd()));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone meanwhile, or not ours to look at.
            }
        }

        return found;
    }
}
