using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class HandlerTests
{
    [Theory, EveryTransport]
    public async Task Handler_that_throws_costs_its_connection_only(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.ReceiveAsync(new byte[1]);
            throw new InvalidOperationException($"defect at {connection.Remote}");
        });
        for (var i = 0; i < 3; i++)
        {
            using var client = await host.ConnectAsync();
            await client.SendAsync(1);

            await client.ExpectResetAsync();
            Assert.Equal($"defect at {new TcpEndpoint(client.Local)}", (await host.Handler.NextErrorAsync()).Message);
        }
    }

    [Theory, EveryTransport]
    public async Task Handler_that_throws_before_its_first_await_is_reported_too(string transport)
    {
        await using var host = TransportHost.Start(transport, static _ => throw new InvalidOperationException("defect"));
        for (var i = 0; i < 3; i++)
        {
            // The RST may be there before connect(2) has returned.
            await Record.ExceptionAsync(async () => (await host.ConnectAsync()).Dispose());

            Assert.Equal("defect", (await host.Handler.NextErrorAsync()).Message);
        }
    }

    [Theory, EveryTransport]
    public async Task Handler_that_returns_without_closing_resets(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection => await connection.ReceiveAsync(new byte[1]));
        using var client = await host.ConnectAsync();

        await client.SendAsync(1);

        await client.ExpectResetAsync();

        host.Handler.AssertQuiet();
    }

    [Theory, EveryTransport]
    public async Task Handler_that_closed_leaves_the_fin_alone(string transport)
    {
        await using var host = TransportHost.Start(transport, connection =>
        {
            connection.Close();
            return ValueTask.CompletedTask;
        });
        using var client = await host.ConnectAsync();

        await client.ExpectFinAsync();

        await Patience.Never(() => client.IsClosedByKernel);
    }

    [Theory, EveryTransport]
    public async Task Handler_that_waits_does_not_hold_up_other_connections(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.ReceiveAsync(new byte[1]);
            connection.Close();
        });
        using var waiting = await host.ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            using var client = await host.ConnectAsync();
            await client.SendAsync(1);
            await client.ExpectFinAsync();
        }

        await waiting.SendAsync(1);
        await waiting.ExpectFinAsync();
    }
}
