using System.Net;
using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class DialTests
{
    [Theory, EveryTransport]
    public async Task Dial_to_a_closed_port_ends_ConnectionRefused(string transport)
    {
        using var refusing = PeerListener.StartRefusing();

        Assert.Equal(SocketError.ConnectionRefused, await DialErrorAsync(transport, new TcpEndpoint(refusing.Endpoint)));
    }

    [Theory, EveryTransport]
    public async Task Dial_to_a_closed_IPv6_port_ends_ConnectionRefused(string transport)
    {
        using var refusing = PeerListener.StartRefusing(IPAddress.IPv6Loopback);

        Assert.Equal(SocketError.ConnectionRefused, await DialErrorAsync(transport, new TcpEndpoint(refusing.Endpoint)));
    }

    [Theory, EveryTransport]
    public async Task Dial_without_a_route_ends_with_the_kernels_answer(string transport)
    {
        // TCP to a multicast address: tcp_v4_connect() answers ENETUNREACH whatever the routes are.
        var unreachable = new TcpEndpoint(IPAddress.Parse("224.0.0.1"), 7);

        Assert.Equal(SocketError.NetworkUnreachable, await DialErrorAsync(transport, unreachable));
    }

    [Theory, EveryTransport]
    public async Task Dial_to_a_target_that_never_answers_ends_TimedOut(string transport)
    {
        using var blackHole = await PeerListener.StartBlackHoleAsync();
        var clock = new TestClock();
        await using var host = TransportHost.Start(
            transport, async connection => (await connection.DialAsync(new TcpEndpoint(blackHole.Endpoint), clock.Wait)).Error, out var results, clock);
        using var client = await host.ConnectAsync();

        Assert.Equal(SocketError.TimedOut, await clock.PassUntilAsync(results.ReadAsync().AsTask()));
    }

    [Theory, EveryTransport]
    public async Task Dial_after_a_failed_one_succeeds_and_loses_no_byte(string transport)
    {
        using var refusing = PeerListener.StartRefusing();
        using var target = PeerListener.Start();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.DialAsync(new TcpEndpoint(refusing.Endpoint), Patience.Limit);
            var second = await connection.DialAsync(new TcpEndpoint(target.Endpoint), Patience.Limit);
            return await connection.RelayAsync(second.Connection!, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        }, out var results);
        using var client = await host.ConnectAsync();
        await client.SendAsync(1_000);
        client.Fin();

        using var accepted = await target.AcceptAsync();
        await accepted.ExpectFinAsync();
        accepted.Fin();

        Assert.Equal(1_000, accepted.Received);
        Assert.Equal(RelayEnd.Done, await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Dial_to_IPv6_connects_and_tells_both_endpoints(string transport) => await DialsAsync(transport, IPAddress.IPv6Loopback);

    [Theory, EveryTransport]
    public async Task Dial_to_IPv4_connects_and_tells_both_endpoints(string transport) => await DialsAsync(transport, IPAddress.Loopback);

    private static async Task DialsAsync(string transport, IPAddress address)
    {
        using var target = PeerListener.Start(address);
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var dialled = (await connection.DialAsync(new TcpEndpoint(target.Endpoint), Patience.Limit)).Connection!;
            await dialled.SendAsync(Payload.FromClient.At(0, 1_000));
            await dialled.ReceiveAsync(new byte[1]);
            var endpoints = (dialled.Local, dialled.Remote);
            dialled.Close();
            return endpoints;
        }, out var results);
        using var client = await host.ConnectAsync();

        using var accepted = await target.AcceptAsync();
        await accepted.ReceiveAsync(1_000);
        await accepted.SendAsync(1);

        var (local, remote) = await results.ReadAsync().Within();
        Assert.Equal(new TcpEndpoint(accepted.Remote), local);
        Assert.Equal(new TcpEndpoint(target.Endpoint), remote);
        await accepted.ExpectFinAsync();
    }

    private static async Task<SocketError> DialErrorAsync(string transport, TcpEndpoint remote)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.ReceiveAsync(new byte[1]);
            return await connection.DialAsync(remote, Patience.Limit);
        }, out var results);
        using var client = await host.ConnectAsync();
        await client.SendAsync(1);
        var result = await results.ReadAsync().Within();
        Assert.Null(result.Connection);
        return result.Error;
    }
}
