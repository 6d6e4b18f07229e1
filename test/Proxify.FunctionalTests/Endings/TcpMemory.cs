namespace Proxify.FunctionalTests.Endings;

/// <summary>The machine's memory for TCP (tcp_mem, tcp(7)), which all its programs share. Where it is full the kernel ends connections as it likes.</summary>
internal static class TcpMemory
{
    /// <summary>Connections ended for want of it since the start of the machine (TCPAbortOnMemory of /proc/net/netstat).</summary>
    public static long Aborted()
    {
        var lines = File.ReadLines("/proc/net/netstat").Where(static line => line.StartsWith("TcpExt:", StringComparison.Ordinal))
            .Select(static line => line.Split(' ')).ToArray();
        return long.Parse(lines[1][Array.IndexOf(lines[0], "TCPAbortOnMemory")]);
    }
}
