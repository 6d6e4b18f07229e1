using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Tls;

/// <summary>A client that cuts, fills and orders its records as it likes, after a handshake like any other; a plain target that must not be fooled.</summary>
public sealed class RecordTests
{
    private const string Truncated = "tls_truncated";
    private const string Broken = "tls_error";
    private const string Done = "done";

    private const int LongestContent = 16_384;

    // RFC 8446, section 6
    private const byte UnexpectedMessage = 10;
    private const byte BadRecordMac = 20;
    private const byte RecordOverflow = 22;
    private const byte NoRenegotiation = 100;

    [Theory, EveryVersion]
    public async Task Records_cut_anywhere_are_the_same_bytes(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        byte[] wire = [.. client.Data(Bytes(0, 1)), .. client.Data(Bytes(1, LongestContent)), .. client.Data(Bytes(LongestContent + 1, 99)), .. client.End()];
        var random = new Random(7);
        for (int at = 0, length; at < wire.Length; at += length)
        {
            length = Math.Min(wire.Length - at, at < 200 ? 1 : random.Next(1, 400));
            await client.SendAsync(wire[at..(at + length)]);
            await Patience.Eventually(() => TcpState.Unacknowledged(client.Socket) == 0); // so that it comes by itself
        }

        await target.ExpectFinAsync();
        Assert.Equal(LongestContent + 100, target.Received);
    }

    [Theory, EveryVersion]
    public async Task Handshake_in_pieces_of_a_byte_is_a_handshake(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version, portion: 1);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync(client.Data(Bytes(0, 5)));

        await target.ReceiveAsync(5);
    }

    [Theory, EveryTransport]
    public async Task Handshake_that_comes_byte_by_byte_has_no_longer_than_any_other(string transport)
    {
        var clock = new TestClock();
        await using var proxy = await TlsProxy.StartAsync(transport, clock);
        using var client = await Peer.ConnectAsync(proxy.Endpoint);

        // The beginning of a record that would be a ClientHello of 16 KiB.
        await client.Socket.SendAsync((byte[])[22, 3, 1, 0x40, 0]);
        for (var i = 0; i < 600 && !client.IsClosedByKernel; i++)
        {
            try
            {
                await client.Socket.SendAsync((byte[])[1]);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                break; // it has come since the look
            }

            clock.Pass(TimeSpan.FromSeconds(1));
            await Patience.Eventually(() => client.Unacknowledged == 0 || client.IsClosedByKernel);
        }

        await client.ExpectKernelResetAsync();
        Assert.Equal("tls_handshake", await proxy.NextReasonAsync());
        Assert.False(proxy.Targets.HasPending);
    }

    [Theory, EveryVersion]
    public async Task End_in_one_segment_with_data_is_a_half_close_behind_them(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync(client.Data(Bytes(0, 1000)), client.End());

        await ExpectAnswerAsync(client, target, 1000);
        Assert.Equal(Done, await proxy.NextReasonAsync());
    }

    [Theory, EveryVersion]
    public async Task What_follows_the_end_is_nothing_and_costs_no_answer(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync(client.Data(Bytes(0, 1000)), client.End(), client.Data(1, 2, 3));
        await target.ExpectFinAsync();
        // By itself, once nobody listens any more.
        await client.SendAsync(client.Data(new byte[5_000]), client.End());

        await ExpectAnswerAsync(client, target, 1000);
        Assert.Equal(Done, await proxy.NextReasonAsync());
    }

    [Theory, EveryVersion]
    public async Task Fin_without_the_end_is_a_reset(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync(client.Data(Bytes(0, 1000)), client.Data(Bytes(1000, 10))[..^1]);
        client.Socket.Shutdown(SocketShutdown.Send);

        await target.ExpectResetAsync();
        Assert.Equal(1000, target.Received);
        Assert.Equal(Truncated, await proxy.NextReasonAsync());
    }

    [Theory, EveryVersion]
    public async Task Record_that_is_too_long_is_told_and_resets_the_target(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync(client.Data(Bytes(0, 1000)), client.Data(new byte[LongestContent + 1]));

        await ExpectRefusalAsync(client, target, RecordOverflow);
        Assert.Equal(Broken, await proxy.NextReasonAsync());
    }

    [Theory, EveryVersion]
    public async Task Record_that_somebody_has_changed_is_told_and_resets_the_target(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        var (good, changed) = (client.Data(Bytes(0, 1000)), client.Data(Bytes(1000, 10)));
        changed[^1] ^= 1;
        await client.SendAsync(good, changed);

        await ExpectRefusalAsync(client, target, BadRecordMac);
        Assert.Equal(Broken, await proxy.NextReasonAsync());
    }

    [Theory, EveryVersion]
    public async Task Empty_records_between_data_are_taken(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        for (var i = 0; i < 100; i++)
            await client.SendAsync([.. Enumerable.Range(0, 20).Select(_ => client.Data()), client.Data(Bytes(i, 1))]);

        await target.ReceiveAsync(100);
    }

    [Theory, EveryVersion]
    public async Task Empty_records_in_a_storm_end_the_session(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync([client.Data(Bytes(0, 1000)), .. Enumerable.Range(0, 40).Select(_ => client.Data())]);

        await ExpectRefusalAsync(client, target, UnexpectedMessage);
        Assert.Equal(Broken, await proxy.NextReasonAsync());
    }

    [Theory, EveryVersion]
    public async Task Warning_alert_ends_nothing(string transport, string version)
    {
        const byte UserCanceled = 90;
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync(client.Alert(1, UserCanceled), client.Data(Bytes(0, 10)), client.Alert(1, UserCanceled), client.End());

        await ExpectAnswerAsync(client, target, 10);
        Assert.Equal(Done, await proxy.NextReasonAsync());
    }

    [Theory, EveryVersion]
    public async Task Warning_alerts_in_a_storm_end_the_session(string transport, string version)
    {
        const byte UserCanceled = 90;
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync([client.Data(Bytes(0, 1000)), .. Enumerable.Range(0, 40).Select(_ => client.Alert(1, UserCanceled))]);

        await ExpectRefusalAsync(client, target, UnexpectedMessage);
        Assert.Equal(Broken, await proxy.NextReasonAsync());
    }

    [Theory, EveryVersion]
    public async Task Alert_that_ends_the_connection_resets_the_target(string transport, string version)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, version);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync(client.Data(Bytes(0, 1000)), client.Alert(2, BadRecordMac));

        await target.ExpectResetAsync();
        Assert.Equal(1000, target.Received);
        Assert.Equal(Broken, await proxy.NextReasonAsync());
    }

    [Theory, EveryTransport]
    public async Task Key_updates_in_a_storm_are_answered_once_by_whom_is_silent(string transport)
    {
        const int Updates = 2_000;
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, TestTls.Tls13);
        using var target = await proxy.Targets.AcceptAsync();

        for (var i = 0; i < Updates; i++)
            await client.SendAsync(client.KeyUpdate(wantsAnother: true), client.Data(Bytes(i, 1)));
        await target.ReceiveAsync(Updates);
        await target.SendAsync(1);

        Assert.Equal(ContentType.Handshake, (await client.ReceiveAsync()).Type);
        Assert.Equal(ContentType.ApplicationData, (await client.ReceiveAsync()).Type);
    }

    [Theory, EveryTransport]
    public async Task Key_updates_and_nothing_else_end_the_session(string transport)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, TestTls.Tls13);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync([client.Data(Bytes(0, 1000)), .. Enumerable.Range(0, 40).Select(_ => client.KeyUpdate(wantsAnother: false))]);

        await ExpectRefusalAsync(client, target, UnexpectedMessage);
        Assert.Equal(Broken, await proxy.NextReasonAsync());
    }

    [Theory, EveryTransport]
    public async Task Renegotiation_is_refused_and_the_session_goes_on(string transport)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, TestTls.Tls12);
        using var target = await proxy.Targets.AcceptAsync();

        await client.SendAsync(client.Data(Bytes(0, 10)), client.Record(ContentType.Handshake, Hello), client.Data(Bytes(10, 10)));

        var (type, content) = await client.ReceiveAsync();
        Assert.Equal((ContentType.Alert, (byte)1, NoRenegotiation), (type, content[0], content[1]));
        await target.ReceiveAsync(20);
        await client.SendAsync(client.End());
        await ExpectAnswerAsync(client, target, 20);
    }

    [Theory, EveryTransport]
    public async Task Renegotiation_in_a_storm_from_whom_reads_nothing_takes_no_memory(string transport)
    {
        const int Hellos = 3_000;
        await using var proxy = await TlsProxy.StartAsync(transport);
        using var client = await RecordClient.ConnectAsync(proxy.Endpoint, TestTls.Tls12);
        using var target = await proxy.Targets.AcceptAsync();
        await target.SendUntilBlockedAsync(); // so nothing more goes to the client
        await using var gauge = BufferGauge.Start(proxy.Transport);

        // They are refused as long as that can be told; then they are not received any more, or the session ends.
        for (var i = 0; i < Hellos; i++)
        {
            var sending = client.TrySendAsync(client.Record(ContentType.Handshake, Hello));
            if (await Task.WhenAny(sending, Task.Delay(Patience.Glance)) != sending || !await sending)
                break;
            Thread.SpinWait(15_000); // so that most of them come by themselves, and want an answer each
        }

        Assert.InRange(await gauge.StopAsync(), 0, 1 << 20);
    }

    // Several at once, so that a worker finds much to do in a round: who comes first then is what matters.
    [Theory, EveryTransport]
    public async Task Answers_amidst_bulk_are_in_its_order(string transport)
    {
        await using var proxy = await TlsProxy.StartAsync(transport);
        var sessions = new List<(RecordClient Client, Peer Target)>();
        for (var i = 0; i < 8; i++)
            sessions.Add((await RecordClient.ConnectAsync(proxy.Endpoint, TestTls.Tls12), await proxy.Targets.AcceptAsync()));

        await Task.WhenAll(sessions.Select(static session => AskAmidstBulkAsync(session.Client, session.Target)));

        sessions.ForEach(static session => session.Client.Dispose());
    }

    /// <summary>The smallest that there is: TLS 1.2, no session, one suite, no compression.</summary>
    private static byte[] Hello => [1, 0, 0, 41, 3, 3, .. new byte[32], 0, 0, 2, 0xc0, 0x2b, 1, 0];

    private static async Task AskAmidstBulkAsync(RecordClient client, Peer target)
    {
        const int Rounds = 200;
        const int Bulk = 64 * 1024;
        for (var round = 0; round < Rounds; round++)
        {
            // The question first: its answer is what bulk could overtake.
            await Task.WhenAll(client.SendAsync(client.Record(ContentType.Handshake, Hello)), target.SendAsync(Bulk), ReceiveAsync());

            async Task ReceiveAsync()
            {
                for (var (received, answers) = (0, 0); received < Bulk || answers == 0;)
                {
                    var (type, content) = await client.ReceiveAsync(); // fails where a record is not the one whose turn it is
                    received += type == ContentType.ApplicationData ? content.Length : 0;
                    answers += type == ContentType.Alert ? 1 : 0;
                }
            }
        }
    }

    private static byte[] Bytes(int position, int count) => Payload.FromClient.At(position, count).ToArray();

    private static async Task ExpectAnswerAsync(RecordClient client, Peer target, int received)
    {
        const int Answer = 500_000;
        await target.ExpectFinAsync();
        Assert.Equal(received, target.Received);
        await target.SendAsync(Answer);
        target.Fin();
        Assert.Equal(Answer, await client.ReceiveToEndAsync());
    }

    private static async Task ExpectRefusalAsync(RecordClient client, Peer target, byte description)
    {
        await client.ExpectAlertAndResetAsync(description);
        await target.ExpectResetAsync();
        Assert.Equal(1000, target.Received);
    }
}
