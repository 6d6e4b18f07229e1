using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests.Cluster;

/// <summary>The targets: each tells who it is, and who has connected, in a line of its own; then it sends back what comes.</summary>
internal sealed class EchoTargets : IDisposable
{
    public const int Port = 9000;

    private readonly Socket _listener;

    public EchoTargets(Machine machine)
    {
        _listener = machine.Network.Make(static () =>
        {
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Any, Port));
            listener.Listen(4096);
            return listener;
        });
        _ = AcceptAsync();
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = EchoAsync(await _listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The lab ends.
        }
    }

    private static async Task EchoAsync(Socket client)
    {
        using var _ = client;
        try
        {
            client.NoDelay = true;
            var greeting = $"{((IPEndPoint)client.LocalEndPoint!).Address} {((IPEndPoint)client.RemoteEndPoint!).Address}";
            await client.SendAsync(Encoding.ASCII.GetBytes(greeting.PadRight(Conversation.GreetingLength)));
            var buffer = new byte[4096];
            while (await client.ReceiveAsync(buffer) is > 0 and var received)
                await client.SendAsync(buffer.AsMemory(0, received));
        }
        catch (SocketException)
        {
            // It is the client who counts what breaks; and checks of the proxies reset.
        }
    }
}
