using Proxify.Peers;
using Proxify.Transport;

namespace Proxify.Tests.Uring;

public sealed class UringWatchTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_ends_with_its_connection(bool byReset)
    {
        await using var host = new UringHost(script: async (_, client) =>
        {
            await client.ReceiveAsync(new byte[1]);
            client.Watcher = new Nobody();
            client.WatchPeer();
            if (byReset)
                client.Reset();
            else
                client.Close();
        });
        using var peer = await Peer.ConnectAsync(host.Endpoint);
        await peer.SendAsync(1);

        await peer.ReceiveToEndAsync();

        await host.ExpectNothingHeldAsync();
    }

    private sealed class Nobody : IPeerWatcher
    {
        public bool CountsEnd => true;

        public void OnPeerLeft(bool byReset)
        {
        }
    }
}
