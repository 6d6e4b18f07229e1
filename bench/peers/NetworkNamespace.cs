using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Proxify.Peers;

/// <summary>
/// As root the benchmark runs in a network namespace of its own: no firewall, no connection tracking, no other
/// traffic, and enough ephemeral ports for tens of thousands of connections a second.
/// </summary>
static partial class NetworkNamespace
{
    const string Marker = "PROXIFY_BENCH_NETNS";

    // 65,536 descriptors where root may raise the limit. TIME_WAIT ports are used again after a second.
    // The settings are written as files because sysctl(8) is not on every machine; a read-only /proc/sys costs only them.
    const string Script = """
        ulimit -n 65536 2>/dev/null
        ip link set lo up || exit 1
        set_to() { echo "$2" 2>/dev/null >"/proc/sys/net/$1" || true; }
        set_to ipv4/tcp_tw_reuse 1
        set_to ipv4/ip_local_port_range "20000 65535"
        set_to ipv4/tcp_max_syn_backlog 16384
        set_to core/somaxconn 16384
        exec "$@"
        """;

    public static bool IsOwn => Environment.GetEnvironmentVariable(Marker) is not null;

    /// <summary>Starts this program again inside a fresh namespace, in the same process; returns only where that cannot be.</summary>
    public static void Enter()
    {
        if (IsOwn || !Environment.IsPrivilegedProcess || !MayUnshare())
            return;

        // A thread could enter by unshare(2), but the processes started by other threads would stay outside: so exec.
        var (program, arguments) = Self.Command(Environment.GetCommandLineArgs()[1..]);
        _ = SetEnvironment(Marker, "1", 1);
        _ = Execute("unshare", ["unshare", "--net", "sh", "-c", Script, "sh", program, .. arguments, null]);
        _ = SetEnvironment(Marker, "", 0);
        throw new BenchException($"unshare: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    static bool MayUnshare()
    {
        try
        {
            using var attempt = Process.Start(new ProcessStartInfo("unshare", ["--net", "ip", "link", "set", "lo", "up"]) { RedirectStandardError = true })!;
            return attempt.WaitForExit(TimeSpan.FromSeconds(10)) && attempt.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    // .NET keeps its own copy of the environment; only libc's goes through exec.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "execvp", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Execute(string file, string?[] arguments);
}
