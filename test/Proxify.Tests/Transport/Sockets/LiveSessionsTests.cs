using System.Net;
using System.Net.Sockets;
using Proxify.Transport;
using Proxify.Transport.Sockets;

namespace Proxify.Tests.Transport.Sockets;

public sealed class LiveSessionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Remove_leaves_no_way_from_the_dead_to_the_living(int removed)
    {
        await using var transport = new SocketsTransport(TimeProvider.System);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var clients = Enumerable.Range(0, 3).Select(_ => Connect(transport, listener)).ToArray();
        var sessions = new LiveSessions();
        foreach (var client in clients)
            Assert.True(sessions.TryAdd(client));

        sessions.Remove(clients[removed]);

        Assert.Null(clients[removed].Next);
        Assert.Null(clients[removed].Previous);
        foreach (var client in clients.Where((_, i) => i != removed))
        {
            Assert.NotSame(clients[removed], client.Next);
            Assert.NotSame(clients[removed], client.Previous);
            sessions.Remove(client);
        }

        foreach (var client in clients)
            client.Reset();
        await sessions.StopAsync();
    }

    private static SocketsConnection Connect(SocketsTransport transport, TcpListener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndpoint);
        return new SocketsConnection(transport, socket, new TcpEndpoint((IPEndPoint)listener.LocalEndpoint));
    }
}
