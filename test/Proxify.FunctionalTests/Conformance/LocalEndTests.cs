using System.Net;
using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>Dials from a given address. On Linux all of 127.0.0.0/8 is this machine.</summary>
public sealed class LocalEndTests
{
    private static readonly IPAddress Source = IPAddress.Parse("127.0.0.77");

    /// <summary>Of a documentation network (RFC 5737).</summary>
    private static readonly IPAddress Nobodys = IPAddress.Parse("192.0.2.1");

    [Theory, EveryTransport]
    public async Task Target_sees_the_given_address_and_a_port_of_the_kernels(string transport)
    {
        using var target = PeerListener.Start();

        var (accepted, dialled) = await DialAsync(transport, target, new TcpEndpoint(Source, 0));

        using (accepted)
        {
            Assert.Equal(Source, accepted.Remote.Address);
            Assert.Equal(new TcpEndpoint(accepted.Remote), dialled);
        }
    }

    [Theory, EveryTransport]
    public async Task Target_sees_the_given_port(string transport)
    {
        using var target = PeerListener.Start();
        var free = FreePort(Source);

        var (accepted, _) = await DialAsync(transport, target, new TcpEndpoint(Source, free));

        using (accepted)
            Assert.Equal(new IPEndPoint(Source, free), accepted.Remote);
    }

    [Theory, EveryTransport]
    public async Task IPv6_target_sees_the_given_IPv6_address(string transport)
    {
        using var target = PeerListener.Start(IPAddress.IPv6Loopback);

        var (accepted, dialled) = await DialAsync(transport, target, new TcpEndpoint(IPAddress.IPv6Loopback, 0));

        using (accepted)
            Assert.Equal(new TcpEndpoint(accepted.Remote), dialled);
    }

    [Theory, EveryTransport]
    public async Task Address_that_is_not_this_machines_ends_AddressNotAvailable(string transport)
    {
        using var target = PeerListener.Start();

        Assert.Equal(SocketError.AddressNotAvailable, await DialErrorAsync(transport, target, new TcpEndpoint(Nobodys, 0)));
    }

    [Theory, EveryTransport]
    public async Task Address_of_the_other_family_ends_with_an_error(string transport)
    {
        using var target = PeerListener.Start();

        Assert.NotEqual(SocketError.Success, await DialErrorAsync(transport, target, new TcpEndpoint(IPAddress.IPv6Loopback, 0)));
    }

    [Theory, EveryTransport]
    public async Task Port_that_is_listened_on_ends_AddressAlreadyInUse(string transport)
    {
        using var target = PeerListener.Start();
        using var taken = PeerListener.Start(Source);

        Assert.Equal(SocketError.AddressAlreadyInUse, await DialErrorAsync(transport, target, new TcpEndpoint(taken.Endpoint)));
    }

    [Theory, EveryTransport]
    public async Task One_port_dials_two_targets_and_one_of_them_only_once(string transport)
    {
        using var first = PeerListener.Start();
        using var second = PeerListener.Start();
        var local = new LocalEnd(new TcpEndpoint(Source, FreePort(Source)));

        var errors = await RunAsync(transport, async connection =>
        {
            var errors = new List<SocketError>();
            foreach (var target in new[] { first, second, first })
                errors.Add((await connection.DialAsync(new TcpEndpoint(target.Endpoint), Patience.Limit, local)).Error);
            return errors;
        });

        Assert.Equal([SocketError.Success, SocketError.Success, SocketError.AddressNotAvailable], errors);
    }

    [Theory, EveryTransport]
    public async Task Dial_after_one_that_could_not_be_bound_succeeds(string transport)
    {
        using var target = PeerListener.Start();

        var error = await RunAsync(transport, async connection =>
        {
            await connection.DialAsync(new TcpEndpoint(target.Endpoint), Patience.Limit, new(new TcpEndpoint(Nobodys, 0)));
            return (await connection.DialAsync(new TcpEndpoint(target.Endpoint), Patience.Limit)).Error;
        });

        Assert.Equal(SocketError.Success, error);
    }

    private static async Task<(Peer Accepted, TcpEndpoint Dialled)> DialAsync(string transport, PeerListener target, TcpEndpoint local)
    {
        var dialled = await RunAsync(transport, async connection =>
        {
            var dial = await connection.DialAsync(new TcpEndpoint(target.Endpoint), Patience.Limit, new(local));
            Assert.Equal(SocketError.Success, dial.Error);
            return dial.Connection!.Local;
        });
        return (await target.AcceptAsync(), dialled);
    }

    private static Task<SocketError> DialErrorAsync(string transport, PeerListener target, TcpEndpoint local) => RunAsync(
        transport, async connection => (await connection.DialAsync(new TcpEndpoint(target.Endpoint), Patience.Limit, new(local))).Error);

    /// <summary>What the script of one connection gives.</summary>
    private static async Task<T> RunAsync<T>(string transport, Func<Connection, ValueTask<T>> script)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.ReceiveAsync(new byte[1]); // its end resets the client, which may not be connected yet
            return await script(connection);
        }, out var results);
        using var client = await host.ConnectAsync();
        await client.SendAsync(1);
        return await results.ReadAsync().Within();
    }

    private static int FreePort(IPAddress address)
    {
        using var listener = PeerListener.Start(address);
        return listener.Endpoint.Port;
    }
}
