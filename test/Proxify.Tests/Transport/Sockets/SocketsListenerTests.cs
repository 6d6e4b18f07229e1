using System.Net;
using System.Net.Sockets;
using Proxify.Peers;
using Proxify.Transport;
using Proxify.Transport.Sockets;

namespace Proxify.Tests.Transport.Sockets;

public sealed class SocketsListenerTests
{
    [Fact]
    public async Task Listener_that_the_kernel_does_not_watch_says_so_and_tries_again()
    {
        await using var transport = new SocketsTransport(TimeProvider.System);
        var handler = new Refused();
        // As where the kernel may watch no more: its thread closes what it watches with, some time after this.
        transport.Acceptor.Dispose();
        await Patience.Eventually(async () =>
        {
            await transport.Listen(new TcpEndpoint(IPAddress.Loopback, 0), handler).DisposeAsync();
            return handler.Errors.Count > 0;
        });

        Assert.Contains((SocketError.NoBufferSpaceAvailable, true), handler.Errors);
    }

    private sealed class Refused : IConnectionHandler
    {
        public List<(SocketError Error, bool TriesAgain)> Errors { get; } = [];

        public ValueTask HandleAsync(Connection client) => ValueTask.CompletedTask;

        public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff)
        {
            lock (Errors)
                Errors.Add((error, backoff is not null));
        }

        public void OnHandlerError(Connection client, Exception exception)
        {
        }
    }
}
