using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Proxify.FailuresBench;

/// <summary>A redis that says who it is, and what may happen to it.</summary>
sealed partial class Target(int number, int port) : IAsyncDisposable
{
    const int Kill = 9;
    const int Continue = 18;
    const int Stop = 19;

    ProcessHandle? _process;

    public int Number => number;

    public int Port => port;

    public async Task StartAsync(CancellationToken cancellation, int maxClients = 10_000)
    {
        _process = ProcessHandle.Start("redis-server", "--port", Text(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning",
            "--maxclients", Text(maxClients));
        await Ports.WaitForListenerAsync(port, _process, cancellation);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"SET id {number}\r\n"), cancellation);
        await socket.ReceiveAsync(new byte[100], cancellation);
    }

    public async Task KillAsync()
    {
        Signal(Kill);
        await DisposeAsync();
    }

    public void Pause() => Signal(Stop);

    public void Resume() => Signal(Continue);

    /// <summary>Every packet to it is lost.</summary>
    public Task FirewallAsync() => NftAsync($"add rule inet t in tcp dport {port} drop");

    /// <summary>It refuses new connections, as a service does between its end and its start; those that it has go on.</summary>
    public Task RefuseAsync() => NftAsync($"add rule inet t in tcp dport {port} tcp flags & (syn | ack) == syn reject with tcp reset");

    public static Task AdmitAsync() => NftAsync("flush chain inet t in");

    public static Task PrepareFirewallAsync() => NftAsync("add table inet t; add chain inet t in { type filter hook input priority 0; }");

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
            await process.DisposeAsync();
        _process = null;
    }

    static async Task NftAsync(string command)
    {
        await using var nft = ProcessHandle.Start("nft", command);
        await nft.FinishAsync(CancellationToken.None);
    }

    void Signal(int signal) => _ = kill(_process!.Id, signal);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
