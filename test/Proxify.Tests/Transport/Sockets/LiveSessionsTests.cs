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
        var clients = new SocketsConnection[3];
        for (var i = 0; i < clients.Length; i++)
            clients[i] = await ConnectAsync(transport, listener);
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

    private static async Task<SocketsConnection> ConnectAsync(SocketsTransport transport, TcpListener listener)
    {
        var dialled = await transport.DialAsync(new TcpEndpoint((IPEndPoint)listener.LocalEndpoint), default, TestContext.Current.CancellationToken);
        return (SocketsConnection)dialled.Connection!;
    }
}
