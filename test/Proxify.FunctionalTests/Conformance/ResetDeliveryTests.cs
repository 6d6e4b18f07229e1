using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>What a peer sent before it reset arrives, and then the reset.</summary>
public sealed class ResetDeliveryTests
{
    private const int MiB = 1 << 20;

    /// <summary>A receive buffer that makes its owner slow.</summary>
    private const int Little = 16 * 1024;

    [Theory, EveryRelay]
    public Task Client_reset_is_held_back_until_a_late_target_has_everything(string relay) => IsHeldBackAsync(relay, ofClient: true);

    [Theory, EveryRelay]
    public Task Target_reset_is_held_back_until_a_late_client_has_everything(string relay) => IsHeldBackAsync(relay, ofClient: false);

    [Theory, EveryRelay]
    public Task Client_reset_found_by_a_send_still_delivers_what_was_received(string relay) => FoundByASendDeliversAsync(relay, ofClient: true);

    [Theory, EveryRelay]
    public Task Target_reset_found_by_a_send_still_delivers_what_was_received(string relay) => FoundByASendDeliversAsync(relay, ofClient: false);

    [Theory, EveryRelay]
    public Task Client_reset_while_the_target_keeps_sending_still_delivers(string relay) => DeliversBesideSendsAsync(relay, ofClient: true);

    [Theory, EveryRelay]
    public Task Target_reset_while_the_client_keeps_sending_still_delivers(string relay) => DeliversBesideSendsAsync(relay, ofClient: false);

    [Theory, EveryRelay]
    public Task Client_reset_with_a_target_that_never_reads_ends_all_the_same(string relay) => EndsInTimeAsync(relay, ofClient: true);

    [Theory, EveryRelay]
    public Task Target_reset_with_a_client_that_never_reads_ends_all_the_same(string relay) => EndsInTimeAsync(relay, ofClient: false);

    [Theory, EveryRelay]
    public Task Client_reset_waits_for_a_target_that_reads_slowly_but_steadily(string relay) => WaitsForSteadyReaderAsync(relay, ofClient: true);

    [Theory, EveryRelay]
    public Task Target_reset_waits_for_a_client_that_reads_slowly_but_steadily(string relay) => WaitsForSteadyReaderAsync(relay, ofClient: false);

    [Theory, EveryRelay]
    public async Task Resets_of_both_while_the_last_bytes_wait_end_at_once(string relay)
    {
        await using var host = RelayHost.Start(relay, targetReceiveBuffer: Little);
        using var session = await host.OpenAsync();
        await session.Client.SendUntilBlockedAsync();
        session.Client.Reset();
        await Patience.Never(() => session.HasEnded);

        session.Target.Reset();

        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    [Theory, EveryTransport]
    public async Task Reset_behind_urgent_data_still_delivers_what_follows_it(string relay)
    {
        await using var host = RelayHost.Start(relay, targetReceiveBuffer: Little);
        foreach (var ofClient in new[] { true, false })
        {
            using var session = await host.OpenAsync(clientReceiveBuffer: Little);
            var (lost, left, end) = Roles(session, ofClient);
            // Blocked from end to end, and then just enough is read for the urgent data to get into the proxy's kernel, behind much else.
            var sent = await lost.SendUntilBlockedAsync();
            await ReceiveUntilAcknowledgedAsync(left, lost);
            lost.Socket.Send([0], SocketFlags.OutOfBand);
            await lost.SendAsync(100);
            await ReceiveUntilAcknowledgedAsync(left, lost);

            lost.Reset();

            await left.ExpectResetAsync();
            Assert.Equal(sent + 100, left.Received);
            await session.ExpectEndAsync(end);
        }
    }

    private static async Task IsHeldBackAsync(string relay, bool ofClient)
    {
        await using var host = RelayHost.Start(relay, targetReceiveBuffer: Little);
        using var session = await host.OpenAsync(clientReceiveBuffer: Little);
        var (lost, left, end) = Roles(session, ofClient);
        await SendReceivedAsync(lost, ofClient ? session.ClientConnection : session.TargetConnection, MiB / 4);

        lost.Reset();
        // A RST that is sent now would drop what waits in the send queue to the other one.
        await Patience.Never(() => left.IsClosedByKernel || session.HasEnded);

        await left.ExpectResetAsync();
        Assert.Equal(MiB / 4, left.Received);
        await session.ExpectEndAsync(end);
    }

    private static async Task FoundByASendDeliversAsync(string relay, bool ofClient)
    {
        await using var host = RelayHost.Start(relay, targetReceiveBuffer: Little);
        using var session = await host.OpenAsync(clientReceiveBuffer: Little);
        var (lost, left, end) = Roles(session, ofClient);
        // Blocked from end to end: the relay does not receive from the lost one, so it is the next send that meets the RST.
        var sent = await lost.SendUntilBlockedAsync();
        var acknowledged = lost.Acknowledged;

        lost.Reset();
        await left.SendAsync(1);
        await Patience.Never(() => left.IsClosedByKernel || session.HasEnded);

        await left.ExpectResetAsync();
        Assert.InRange(left.Received, acknowledged, sent);
        await session.ExpectEndAsync(end);
    }

    private static async Task DeliversBesideSendsAsync(string relay, bool ofClient)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        var (lost, left, end) = Roles(session, ofClient);
        await left.SendAsync(MiB / 4);
        await lost.SendAsync(MiB);
        await lost.AllAcknowledgedAsync();

        lost.Reset();
        var sending = left.SendUntilClosedAsync();

        // The RST is reported once, to a send or to a receive; the socket's state tells in either case.
        await left.ReceiveToEndAsync();
        await sending;
        Assert.Equal(MiB, left.Received);
        await session.ExpectEndAsync(end);
    }

    private static async Task EndsInTimeAsync(string relay, bool ofClient)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, clock: clock, targetReceiveBuffer: Little);
        using var session = await host.OpenAsync(clientReceiveBuffer: Little);
        var (lost, left, end) = Roles(session, ofClient);
        await lost.SendUntilBlockedAsync();

        lost.Reset();

        Assert.Equal(end, await clock.PassUntilAsync(session.End));
        await left.ExpectKernelResetAsync();
    }

    private static async Task WaitsForSteadyReaderAsync(string relay, bool ofClient)
    {
        const int Parts = 16;
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, clock: clock, targetReceiveBuffer: 4 * Little);
        using var session = await host.OpenAsync(clientReceiveBuffer: 4 * Little);
        using var other = await host.OpenAsync();
        var (lost, left, end) = Roles(session, ofClient);
        await SendReceivedAsync(lost, ofClient ? session.ClientConnection : session.TargetConnection, MiB);

        lost.Reset();

        for (var i = 0; i < Parts; i++)
        {
            await left.ReceiveAsync(MiB / Parts);
            clock.Pass(TimeSpan.FromSeconds(3));
            await other.PingPongAsync(); // so a worker of the transport's own has seen the time pass, too
        }

        // The last acknowledgement may come behind the last look at it.
        Assert.Equal(PeerEnd.Reset, await clock.PassUntilAsync(left.ReceiveToEndAsync()));
        Assert.Equal(MiB, left.Received);
        await session.ExpectEndAsync(end);
    }

    /// <summary>
    /// Makes room in the proxy's kernel until it has all that was sent. What it had to drop for want of room is sent again only when a timer says so, and by
    /// then the reader may have all that was there: so it takes what has come, and waits for no more.
    /// </summary>
    private static Task ReceiveUntilAcknowledgedAsync(Peer reader, Peer sender) => Patience.Eventually(async () =>
    {
        while (sender.Unacknowledged > 0 && reader.Socket.Available > 0)
            await reader.ReceiveSomeAsync(Little);
        return sender.Unacknowledged == 0;
    });

    private static (Peer Lost, Peer Left, RelayEnd End) Roles(RelaySession session, bool ofClient) =>
        ofClient ? (session.Client, session.Target, RelayEnd.ClientReset) : (session.Target, session.Client, RelayEnd.TargetReset);

    /// <summary>Sends what the proxy, or at least its kernel, has then.</summary>
    private static async Task SendReceivedAsync(Peer peer, Connection connection, int bytes)
    {
        await peer.SendAsync(bytes);
        await peer.AllAcknowledgedAsync();
        await Patience.Eventually(() => connection.BytesReceived > 0);
    }
}
