using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests;

/// <summary>Type=notify-reload, as in systemd.service(5): the state is told on a datagram socket.</summary>
public sealed class SystemdTests
{
    [Fact]
    public async Task Notify_tells_ready_reloading_and_stopping()
    {
        await using var lab = await Lab.CreateAsync();
        var path = Path.Combine(lab.Directory, "notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));

        var proxy = await lab.StartProxifyAsync(
            Config.Single(lab.Port(), lab.Port()), new() { Environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path } });
        Assert.Contains("READY=1", await ReceiveAsync(socket));

        proxy.Signal(Posix.SigHup);
        var reloading = await ReceiveAsync(socket);
        Assert.Contains("RELOADING=1", reloading);
        var told = long.Parse(reloading.Single(static line => line.StartsWith("MONOTONIC_USEC=", StringComparison.Ordinal)).Split('=')[1]);
        Assert.InRange(told, Environment.TickCount64 * 1000 - 30_000_000, Environment.TickCount64 * 1000 + 1_000_000);
        Assert.Contains("READY=1", await ReceiveAsync(socket));

        proxy.Signal(Posix.SigTerm);
        Assert.Contains("STOPPING=1", await ReceiveAsync(socket));
        Assert.Equal(0, await proxy.ExitAsync());
    }

    [Fact]
    public async Task Notify_of_a_rejected_reload_tells_ready_again()
    {
        await using var lab = await Lab.CreateAsync();
        var path = Path.Combine(lab.Directory, "notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        var proxy = await lab.StartProxifyAsync(
            Config.Single(lab.Port(), lab.Port()), new() { Environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path } });
        Assert.Contains("READY=1", await ReceiveAsync(socket));

        proxy.SaveConfig("{");

        Assert.Contains("RELOADING=1", await ReceiveAsync(socket));
        Assert.Contains("READY=1", await ReceiveAsync(socket));
        await proxy.WaitForEventAsync("ConfigRejected");
    }

    [Fact]
    public async Task Notify_that_reaches_nobody_is_no_reason_to_end()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = await lab.StartProxifyAsync(
            Config.Single(lab.Port(), lab.Port()),
            new() { Environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = Path.Combine(lab.Directory, "nobody") } });

        proxy.Signal(Posix.SigHup);
        await proxy.WaitForEventAsync("ConfigReloaded");

        proxy.Signal(Posix.SigTerm);
        Assert.Equal(0, await proxy.ExitAsync());
    }

    private static async Task<string[]> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[4096];
        var length = await socket.ReceiveAsync(buffer).Within();
        return Encoding.UTF8.GetString(buffer, 0, length).Split('\n');
    }
}
