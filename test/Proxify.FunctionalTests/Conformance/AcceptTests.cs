using System.Net;
using System.Threading.Channels;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class AcceptTests
{
    [Theory, EveryTransport]
    public async Task Endpoints_of_a_client_that_has_reset_before_it_was_accepted_are_known(string transport)
    {
        foreach (var (listen, from) in ((IPAddress, IPAddress)[])[(IPAddress.Loopback, IPAddress.Loopback), (IPAddress.IPv6Any, IPAddress.Loopback),
            (IPAddress.IPv6Any, IPAddress.IPv6Loopback)])
        {
            using var goOn = new ManualResetEventSlim();
            using var isHeld = new SemaphoreSlim(0);
            var seen = Channel.CreateUnbounded<(TcpEndpoint Local, TcpEndpoint Remote)>();
            await using var host = TransportHost.Start(transport, connection =>
            {
                // Who accepts is held here, so that whoever connects now is accepted after all has happened.
                isHeld.Release();
                Assert.True(goOn.Wait(Patience.Limit));
                seen.Writer.TryWrite((connection.Local, connection.Remote));
                return ValueTask.CompletedTask;
            }, address: listen);
            var endpoint = new IPEndPoint(from, host.Endpoint.Port);
            using var holder = await Peer.ConnectAsync(endpoint);
            await isHeld.WaitAsync().Within();

            var expected = new HashSet<TcpEndpoint> { new(holder.Local) };
            for (var i = 0; i < 20; i++)
            {
                var client = await Peer.ConnectAsync(endpoint);
                expected.Add(new TcpEndpoint(client.Local));
                await client.SendAsync(1);
                client.Reset();
            }

            goOn.Set();
            var remotes = new HashSet<TcpEndpoint>();
            while (remotes.Count < expected.Count)
            {
                var (local, remote) = await seen.Reader.ReadAsync().Within();
                Assert.Equal(new TcpEndpoint(endpoint), local);
                Assert.True(remotes.Add(remote), $"{remote} twice");
            }

            Assert.Equal(expected, remotes);
        }
    }
}
