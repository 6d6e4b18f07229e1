using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>Connections whose bytes are opened and sealed on their way.</summary>
public sealed class TransformTests
{
    private const long MiB = 1 << 20;

    private static readonly RelayTimeouts NoTimeouts = new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    [Theory, EveryTransform]
    public async Task Bulk_both_ways_arrives_byte_exact_and_ends_in_order(string transport, string transform)
    {
        await using var tunnel = Tunnel.Start(transport, transform);
        var (client, target) = await tunnel.OpenAsync();

        await Task.WhenAll(SendAllAsync(client, 8 * MiB), SendAllAsync(target, 8 * MiB), client.ExpectFinAsync(), target.ExpectFinAsync());

        Assert.Equal((8 * MiB, 8 * MiB), (client.Received, target.Received));
        await tunnel.ExpectEndsAsync(RelayEnd.Done);
    }

    [Theory, EveryTransform]
    public async Task Small_messages_go_to_and_fro(string transport, string transform)
    {
        await using var tunnel = Tunnel.Start(transport, transform);
        var (client, target) = await tunnel.OpenAsync();

        for (var i = 0; i < 200; i++)
            await Peer.PingPongAsync(client, target);
    }

    [Theory, EveryTransform]
    public async Task Fin_goes_through_and_the_other_direction_goes_on(string transport, string transform)
    {
        await using var tunnel = Tunnel.Start(transport, transform);
        var (client, target) = await tunnel.OpenAsync();
        await SendAllAsync(client, 5_000);

        await target.ExpectFinAsync();
        await Task.WhenAll(SendAllAsync(target, MiB), client.ExpectFinAsync());

        Assert.Equal((MiB, 5_000), (client.Received, target.Received));
        await tunnel.ExpectEndsAsync(RelayEnd.Done);
    }

    [Theory, EveryTransform]
    public async Task Reader_that_is_slow_stops_the_sender_and_gets_everything(string transport, string transform)
    {
        await using var tunnel = Tunnel.Start(transport, transform);
        var (client, target) = await tunnel.OpenAsync(clientReceiveBuffer: 16 * 1024);

        var sent = await target.SendUntilBlockedAsync(limit: 256 * MiB);

        Assert.InRange(sent, 1, 128 * MiB);
        await client.ReceiveAsync(sent);
        await Peer.PingPongAsync(client, target);
    }

    [Theory, EveryTransform]
    public async Task Reset_stays_a_reset_behind_what_was_sent_before_it(string transport, string transform)
    {
        await using var tunnel = Tunnel.Start(transport, transform);
        var (client, target) = await tunnel.OpenAsync();
        await Peer.PingPongAsync(client, target);
        await client.SendAsync(100_000);
        await client.AllAcknowledgedAsync();

        client.Reset();

        await target.ExpectResetAsync();
        Assert.Equal(100_001, target.Received);
        await tunnel.ExpectEndsAsync(RelayEnd.ClientReset);
    }

    [Theory, EveryTransport]
    public async Task Fin_in_the_middle_of_a_record_is_a_reset(string transport) =>
        await ExpectResetAsync(transport, Sealed(100)[..^1], endsWithFin: true);

    [Theory, EveryTransport]
    public async Task Fin_without_the_transforms_end_is_a_reset(string transport) => await ExpectResetAsync(transport, Sealed(100), endsWithFin: true);

    [Theory, EveryTransport]
    public async Task Bytes_that_cannot_be_opened_are_a_reset(string transport) =>
        await ExpectResetAsync(transport, [.. Sealed(100), .. FramedXor.Garbage], endsWithFin: false);

    [Theory, EveryTransport]
    public async Task End_without_a_fin_is_the_end_and_the_answer_still_comes(string transport)
    {
        using var targets = PeerListener.Start();
        await using var host = StartOpening(transport, targets, out var ends);
        using var client = await ConnectAsync(host);
        using var target = await targets.AcceptAsync();

        await client.SendAsync((byte[])[.. Sealed(100), .. End()]);
        await target.ExpectFinAsync();
        Assert.Equal(100, target.Received);
        await SendAllAsync(target, 1_000);

        var (transform, received) = (new FramedXor(), 0);
        var buffer = new byte[4096];
        while (!transform.HasEnded)
        {
            var length = await client.ReceiveAsync(buffer).Within();
            var plain = new byte[transform.OpenBound(length)];
            received += transform.Open(buffer.AsSpan(0, length), plain);
        }

        Assert.Equal(1_000, received);
        Assert.Equal(RelayEnd.Done, await ends.WaitAsync(Patience.Limit));
    }

    [Theory, EveryTransport]
    public async Task Session_receives_and_sends_through_it_and_what_it_leaves_comes_first_in_the_relay(string transport)
    {
        using var targets = PeerListener.Start();
        var counted = new TaskCompletionSource<long>();
        await using var host = TransportHost.Start(transport, async client =>
        {
            client.Transform = new FramedXor();
            var first = new byte[10];
            Assert.Equal(10, (await client.ReceiveAsync(first)).Bytes);
            Assert.Equal(10, (await client.SendAsync(first)).Bytes);
            var target = (await client.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit)).Connection!;
            Assert.Equal(10, (await target.SendAsync(first)).Bytes);
            await client.RelayAsync(target, NoTimeouts);
            counted.SetResult(client.BytesReceived);
        });
        using var client = await ConnectAsync(host);
        await client.SendAsync((byte[])[.. Sealed(100), .. End()]);

        using var target = await targets.AcceptAsync();
        await target.ExpectFinAsync();
        target.Fin();

        Assert.Equal(100, target.Received);
        Assert.Equal(100, await counted.Task.Within());
        Assert.Equal((byte[])[.. Sealed(10), .. End()], await ReceiveAllAsync(client));
        host.Handler.AssertQuiet();
    }

    [Theory, EveryTransport]
    public async Task Session_that_ends_its_side_ends_the_transforms_too(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            connection.Transform = new FramedXor();
            await connection.SendAsync(Payload.FromClient.At(0, 10));
            connection.ShutdownSend();
            return (await connection.ReceiveAsync(new byte[1])) is { Bytes: 0, Error: SocketError.Success };
        }, out var results);
        using var client = await ConnectAsync(host);

        Assert.Equal((byte[])[.. Sealed(10), .. End()], await ReceiveAllAsync(client));
        await client.SendAsync(End());

        Assert.True(await results.ReadAsync().Within());
    }

    private static async Task ExpectResetAsync(string transport, byte[] wire, bool endsWithFin)
    {
        using var targets = PeerListener.Start();
        await using var host = StartOpening(transport, targets, out var ends);
        using var client = await ConnectAsync(host);
        using var target = await targets.AcceptAsync();

        await client.SendAsync(wire);
        if (endsWithFin)
            client.Shutdown(SocketShutdown.Send);

        await target.ExpectResetAsync();
        Assert.Equal(RelayEnd.ClientReset, await ends.WaitAsync(Patience.Limit));
    }

    private static TransportHost StartOpening(string transport, PeerListener targets, out Task<RelayEnd> end)
    {
        var ended = new TaskCompletionSource<RelayEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        end = ended.Task;
        return TransportHost.Start(transport, async client =>
        {
            client.Transform = new FramedXor();
            var target = (await client.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit)).Connection!;
            ended.SetResult(await client.RelayAsync(target, NoTimeouts));
        });
    }

    private static async Task<Socket> ConnectAsync(TransportHost host)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host.Endpoint).Within();
        return socket;
    }

    private static async Task<byte[]> ReceiveAllAsync(Socket socket)
    {
        using var all = new MemoryStream();
        using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(all).Within();
        return all.ToArray();
    }

    private static async Task SendAllAsync(Peer peer, long count)
    {
        await peer.SendAsync(count);
        peer.Fin();
    }

    private static byte[] Sealed(int count)
    {
        var transform = new FramedXor();
        var wire = new byte[transform.SealBound(count)];
        return wire[..transform.Seal(Payload.FromClient.At(0, count).Span, wire)];
    }

    private static byte[] End()
    {
        var wire = new byte[2];
        return wire[..new FramedXor().SealEnd(wire)];
    }
}
