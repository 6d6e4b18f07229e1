using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class StreamTests
{
    [Theory, EveryTransport]
    public async Task Stream_copied_to_itself_echoes_until_fin(string transport)
    {
        const int Size = 3 << 20;
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await using var stream = connection.AsStream();
            await stream.CopyToAsync(stream);
        });
        using var client = await host.ConnectAsync(incoming: Payload.FromClient);

        var receiving = client.ExpectFinAsync();
        await client.SendAsync(Size);
        client.Fin();
        await receiving;

        Assert.Equal(Size, client.Received);
        host.Handler.AssertQuiet();
    }

    [Theory, EveryTransport]
    public async Task Stream_read_at_fin_is_zero(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection => await connection.AsStream().ReadAsync(new byte[1]), out var results);
        using var client = await host.ConnectAsync();

        client.Fin();

        Assert.Equal(0, await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Stream_dispose_closes_with_fin(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var stream = connection.AsStream();
            await stream.WriteAsync(Payload.FromTarget.At(0, 1_000));
            await stream.DisposeAsync();
            await stream.DisposeAsync();
        });
        using var client = await host.ConnectAsync();

        await client.ExpectFinAsync();

        Assert.Equal(1_000, client.Received);
        host.Handler.AssertQuiet();
    }

    [Theory, EveryTransport]
    public async Task Stream_read_after_the_peers_reset_throws_IOException(string transport)
    {
        await using var host = TransportHost.Start(
            transport, async connection => await Record.ExceptionAsync(async () => await connection.AsStream().ReadExactlyAsync(new byte[1])), out var results);
        using var client = await host.ConnectAsync();

        client.Reset();

        var error = Assert.IsType<IOException>(await results.ReadAsync().Within());
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    [Theory, EveryTransport]
    public async Task Stream_read_that_is_cancelled_throws_and_costs_the_connection(string transport)
    {
        using var cancellation = new CancellationTokenSource();
        var reading = new TaskCompletionSource();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var read = connection.AsStream().ReadAtLeastAsync(new byte[1], 1, cancellationToken: cancellation.Token);
            reading.SetResult();
            return await Record.ExceptionAsync(async () => await read);
        }, out var results);
        using var client = await host.ConnectAsync();
        await reading.Task.Within();

        await cancellation.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await results.ReadAsync().Within());
        await client.ExpectResetAsync();
    }

    [Theory, EveryTransport]
    public async Task Stream_write_that_is_cancelled_throws_and_costs_the_connection(string transport)
    {
        using var cancellation = new CancellationTokenSource();
        await using var host = TransportHost.Start(
            transport,
            async connection => await Record.ExceptionAsync(async () => await connection.AsStream().WriteAsync(new byte[64 << 20], cancellation.Token)),
            out var results);
        using var client = await host.ConnectAsync(receiveBuffer: 16 * 1024);
        await Patience.Eventually(() => client.Socket.Available > 0);

        await cancellation.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await results.ReadAsync().Within());
        await client.ExpectKernelResetAsync();
    }
}
