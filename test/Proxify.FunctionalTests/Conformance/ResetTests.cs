using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class ResetTests
{
    private const int MiB = 1 << 20;

    [Theory, EveryTransport]
    public async Task Client_reset_when_idle_resets_the_target(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        session.Client.Reset();

        await session.Target.ExpectResetAsync();
        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    [Theory, EveryTransport]
    public async Task Client_reset_after_its_fin_resets_the_target(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();

        session.Client.Reset();
        // The relay has read the client's FIN: only what it sends to the client can tell it of the RST.
        await SendUntilClosedAsync(session.Target);

        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    [Theory, EveryTransport]
    public async Task Client_reset_after_the_targets_fin_resets_the_target(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        session.Target.Fin();
        await session.Client.ExpectFinAsync();

        session.Client.Reset();

        await session.Target.ExpectResetAsync();
        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    // A peer that sees FIN takes what it has for the whole. The kernel reports a RST once; whoever receives after that reads zero bytes, as at FIN.
    // Several sessions, because who meets the RST first is a race.
    [Theory, EveryTransport]
    public async Task Client_reset_while_it_receives_never_looks_like_fin(string transport)
    {
        await using var host = RelayHost.Start(transport);
        var sessions = await OpenManyAsync(host);
        await Task.WhenAll(sessions.Select(static session => session.Target.SendUntilBlockedAsync()));

        foreach (var session in sessions)
        {
            session.Client.Reset();

            await session.Target.ExpectResetAsync();
            await session.ExpectEndAsync(RelayEnd.ClientReset);
            session.Dispose();
        }
    }

    [Theory, EveryTransport]
    public async Task Target_reset_while_it_receives_never_looks_like_fin(string transport)
    {
        await using var host = RelayHost.Start(transport);
        var sessions = await OpenManyAsync(host);
        await Task.WhenAll(sessions.Select(static session => session.Client.SendUntilBlockedAsync()));

        foreach (var session in sessions)
        {
            session.Target.Reset();

            await session.Client.ExpectResetAsync();
            await session.ExpectEndAsync(RelayEnd.TargetReset);
            session.Dispose();
        }
    }

    [Theory, EveryTransport]
    public async Task Client_reset_while_the_target_does_not_read_resets_the_target(string transport)
    {
        // The relay waits for the target to take more and reads nothing from the client: it must notice all the same.
        await using var host = RelayHost.Start(transport, targetReceiveBuffer: 16 * 1024);
        using var session = await host.OpenAsync();
        await session.Client.SendUntilBlockedAsync();

        session.Client.Reset();

        await session.Target.ExpectKernelResetAsync();
        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    [Theory, EveryTransport]
    public async Task Target_reset_when_idle_resets_the_client(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        session.Target.Reset();

        await session.Client.ExpectResetAsync();
        await session.ExpectEndAsync(RelayEnd.TargetReset);
    }

    [Theory, EveryTransport]
    public async Task Target_reset_after_its_fin_resets_the_client(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        session.Target.Fin();
        await session.Client.ExpectFinAsync();

        session.Target.Reset();
        // The relay has read the target's FIN: only what it sends to the target can tell it of the RST.
        await SendUntilClosedAsync(session.Client);

        await session.ExpectEndAsync(RelayEnd.TargetReset);
    }

    [Theory, EveryTransport]
    public async Task Target_reset_after_the_clients_fin_delivers_and_resets_the_client(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();
        await session.Target.SendAsync(MiB / 2);
        await session.Target.AllAcknowledgedAsync();

        session.Target.Reset();

        await session.Client.ExpectResetAsync();
        Assert.Equal(MiB / 2, session.Client.Received);
        await session.ExpectEndAsync(RelayEnd.TargetReset);
    }

    [Theory, EveryTransport]
    public async Task Target_reset_is_held_back_until_a_late_client_has_everything(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);
        await session.Target.SendAsync(MiB);
        await session.Target.AllAcknowledgedAsync();

        session.Target.Reset();
        // A RST that is sent now would drop what waits in the send queue to the client.
        await Patience.Never(() => session.Client.IsClosedByKernel || session.HasEnded);

        await session.Client.ExpectResetAsync();
        Assert.Equal(MiB, session.Client.Received);
        await session.ExpectEndAsync(RelayEnd.TargetReset);
    }

    [Theory, EveryTransport]
    public async Task Target_reset_found_by_a_send_still_delivers_what_was_received(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);
        // Blocked from end to end: the relay does not receive from the target, so it is the next send that meets the RST.
        var sent = await session.Target.SendUntilBlockedAsync();
        var acknowledged = sent - session.Target.Unacknowledged;

        session.Target.Reset();
        await session.Client.SendAsync(1);
        await Patience.Never(() => session.Client.IsClosedByKernel || session.HasEnded);

        await session.Client.ExpectResetAsync();
        Assert.Equal(acknowledged, session.Client.Received);
        await session.ExpectEndAsync(RelayEnd.TargetReset);
    }

    [Theory, EveryTransport]
    public async Task Target_reset_while_the_client_keeps_sending_still_delivers(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        await session.Client.SendAsync(MiB / 4);
        await session.Target.SendAsync(MiB);
        await session.Target.AllAcknowledgedAsync();

        session.Target.Reset();
        var sending = SendUntilClosedAsync(session.Client);

        // The RST is reported once, to a send or to a receive; the socket's state tells in either case.
        await session.Client.ReceiveToEndAsync();
        await sending;
        Assert.Equal(MiB, session.Client.Received);
        await session.ExpectEndAsync(RelayEnd.TargetReset);
    }

    [Theory, EveryTransport]
    public async Task Target_reset_with_a_client_that_never_reads_ends_within_HalfClose(string transport)
    {
        var clock = TestClock.For(transport);
        await using var host = RelayHost.Start(transport, new(Timeout.InfiniteTimeSpan, clock.Wait), clock);
        using var session = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);
        await session.Target.SendAsync(MiB);
        await session.Target.AllAcknowledgedAsync();

        session.Target.Reset();

        Assert.Equal(RelayEnd.TargetReset, await clock.PassUntilAsync(session.End));
        await session.Client.ExpectKernelResetAsync();
    }

    private static async Task<List<RelaySession>> OpenManyAsync(RelayHost host)
    {
        var sessions = new List<RelaySession>();
        for (var i = 0; i < 30; i++)
            sessions.Add(await host.OpenAsync());
        return sessions;
    }

    /// <summary>Sends without pause until the proxy's RST is there.</summary>
    private static async Task SendUntilClosedAsync(Peer peer) => await Patience.Eventually(() =>
    {
        peer.Socket.Blocking = false;
        peer.Socket.Send([0], default, out _);
        return peer.IsClosedByKernel;
    });
}
