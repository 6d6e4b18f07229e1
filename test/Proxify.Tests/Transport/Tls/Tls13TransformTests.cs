using CsCheck;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.Tests.Transport.Tls;

public sealed class Tls13TransformTests : IDisposable
{
    private static readonly byte[] ClientSecret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] ServerSecret = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    private readonly Tls13Transform _server = new(RecordPeer.Cipher, ClientSecret, ServerSecret, sent: 2, isServer: true);
    private readonly Tls13Transform _client = new(RecordPeer.Cipher, ServerSecret, ClientSecret, sent: 0, isServer: false);
    private readonly RecordPeer _peer = new(ClientSecret);

    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
        _peer.Dispose();
    }

    [Fact]
    public void Bytes_cut_anywhere_come_out_as_they_went_in()
    {
        var piece = Gen.Int[0, 40_000];
        Gen.Select(piece.Array[1, 8], Gen.Int[1, 20_000].Array[1, 20]).Sample((writes, cuts) =>
        {
            using var seals = new Tls13Transform(RecordPeer.Cipher, ServerSecret, ClientSecret, sent: 0, isServer: false);
            using var opens = new Tls13Transform(RecordPeer.Cipher, ClientSecret, ServerSecret, sent: 0, isServer: true);
            var sent = writes.SelectMany(Bytes).ToArray();
            byte[] sealedBytes = [.. writes.SelectMany(length => Seal(seals, Bytes(length)))];
            byte[] wire = [.. sealedBytes, .. SealEnd(seals)];

            var received = new List<byte>();
            for (int at = 0, i = 0; at < wire.Length; i++)
            {
                var length = Math.Min(cuts[i % cuts.Length], wire.Length - at);
                received.AddRange(Open(opens, wire[at..(at + length)])!);
                at += length;
            }

            return opens.HasEnded && sent.AsSpan().SequenceEqual(received.ToArray());
        }, iter: 200);
    }

    [Fact]
    public void Key_updates_in_a_storm_are_followed_and_answered_once_before_the_next_bytes()
    {
        for (var i = 0; i < 1_000; i++)
            Assert.Equal([(byte)i], Open(_server, [.. _peer.KeyUpdate(wantsAnother: i % 2 == 0), .. _peer.Data((byte)i)])!);

        var answer = Seal(_server, [7]);

        using var reads = new Tls13Transform(RecordPeer.Cipher, ServerSecret, ClientSecret, sent: 0, isServer: false);
        using var sentBefore = new RecordPeer(ServerSecret);
        Assert.Equal([1, 2], Open(reads, [.. sentBefore.Data(1), .. sentBefore.Data(2)])); // the two that the server has counted as sent
        Assert.Equal([7], Open(reads, answer));
        Assert.Equal(TrafficKeys.Overhead + 5 + TrafficKeys.Overhead + 1, answer.Length);
        Assert.Equal(TrafficKeys.Overhead + 1, Seal(_server, [8]).Length);
    }

    [Fact]
    public void Key_update_in_two_records_is_one()
    {
        var wire = _peer.Record(ContentType.Handshake, 24, 0).Concat(_peer.Record(ContentType.Handshake, 0, 1, 0)).ToArray();
        _peer.NextKey();

        Assert.Equal([5], Open(_server, [.. wire, .. _peer.Data(5)]));
    }

    [Fact]
    public void Client_skips_tickets_whatever_records_they_are_cut_into()
    {
        using var server = new RecordPeer(ServerSecret);
        byte[] ticket = [4, 0, 0, 5, 1, 2, 3, 4, 5];

        var first = server.Record(ContentType.Handshake, [.. ticket, .. ticket.AsSpan(0, 3)]);
        var second = server.Record(ContentType.Handshake, ticket.AsSpan(3));

        Assert.Equal([9], Open(_client, [.. first, .. second, .. server.Data(9)]));
    }

    [Fact]
    public void Close_notify_is_the_end_and_what_follows_is_nothing()
    {
        Assert.Equal([1], Open(_server, [.. _peer.Data(1), .. _peer.Alert(1, 90), .. _peer.Alert(1, 0), .. _peer.Data(2)]));

        Assert.True(_server.HasEnded);
        Assert.Equal(TrafficKeys.Overhead + 3, Seal(_server, [1, 2, 3]).Length); // the other way goes on
    }

    [Fact]
    public void Empty_records_are_taken_and_too_many_in_a_row_are_not()
    {
        for (var i = 0; i < 32; i++)
            Assert.Empty(Open(_server, _peer.Data())!);
        Assert.Equal([1], Open(_server, _peer.Data(1)));
        for (var i = 0; i < 32; i++)
            Assert.Empty(Open(_server, _peer.Data())!);

        ExpectAlert(10, _peer.Data());
    }

    [Fact]
    public void Padding_is_taken_off() => Assert.Equal([1, 2], Open(_server, _peer.Record(0, 1, 2, ContentType.ApplicationData, 0, 0, 0)));

    [Fact]
    public void Record_that_somebody_has_changed_is_refused()
    {
        var wire = _peer.Data(1, 2, 3);
        wire[^1] ^= 1;

        ExpectAlert(20, wire);
    }

    [Fact]
    public void Record_of_padding_alone_is_refused() => ExpectAlert(10, _peer.Record(0, 0, 0));

    [Fact]
    public void Record_that_is_too_long_is_refused_before_it_has_come() => ExpectAlert(22, [23, 3, 3, 0x41, 0x01]);

    [Fact]
    public void Record_that_holds_too_much_is_refused() => ExpectAlert(22, _peer.Record(ContentType.ApplicationData, new byte[16_385]));

    [Fact]
    public void Record_shorter_than_a_tag_is_refused() => ExpectAlert(50, [23, 3, 3, 0, 5, 1, 2, 3, 4, 5]);

    [Theory]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(22)]
    public void Record_in_the_clear_is_refused(byte type) => ExpectAlert(10, [type, 3, 3, 0, 1, 1]);

    [Fact]
    public void Messages_that_may_not_come_are_refused()
    {
        ExpectAlert(10, _peer.Record(ContentType.Handshake, 4, 0, 0, 1, 0)); // a ticket from a client
    }

    [Theory]
    [InlineData(new byte[] { 24, 0, 0, 1, 2 })]
    [InlineData(new byte[] { 24, 0, 0, 2, 0, 0 })]
    [InlineData(new byte[] { 24, 0, 0, 1, 0, 24 })]
    [InlineData(new byte[] { 1, 0, 0, 1, 0 })]
    public void Key_update_that_is_none_is_refused(byte[] message) => ExpectAlert(10, _peer.Record(ContentType.Handshake, message));

    [Fact]
    public void What_came_before_a_broken_record_is_given()
    {
        var good = _peer.Data(1, 2);
        var broken = _peer.Data(3);
        broken[^1] ^= 1;

        Assert.Equal([1, 2], Open(_server, [.. good, .. broken]));
        Assert.True(_server.IsBroken);
    }

    [Fact]
    public void Data_amidst_a_message_is_refused() => ExpectAlert(10, [.. _peer.Record(ContentType.Handshake, 24, 0), .. _peer.Data(1)]);

    [Fact]
    public void Alert_that_ends_the_connection_loses_the_peer() => Assert.Null(Open(_server, _peer.Alert(2, 20)));

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];

    private void ExpectAlert(byte description, byte[] wire)
    {
        Assert.Null(Open(_server, wire));

        Assert.True(_server.IsBroken);
        using var reads = new TrafficKeys(RecordPeer.Cipher, ServerSecret, encrypts: false, sequence: 2);
        var alert = SealEnd(_server);
        var inner = new byte[alert.Length - TrafficKeys.HeaderSize - 16];
        Assert.True(reads.TryDecrypt(alert, inner));
        Assert.Equal([2, description, ContentType.Alert], inner);
    }

    private static byte[]? Open(ConnectionTransform transform, byte[] wire)
    {
        var plain = new byte[transform.OpenBound(wire.Length)];
        var length = transform.Open(wire, plain);
        return transform.IsBroken && length == 0 ? null : plain[..length];
    }

    private static byte[] Seal(ConnectionTransform transform, byte[] plain)
    {
        var wire = new byte[transform.SealBound(plain.Length)];
        return wire[..transform.Seal(plain, wire)];
    }

    private static byte[] SealEnd(ConnectionTransform transform)
    {
        var wire = new byte[transform.SealBound(0)];
        return wire[..transform.SealEnd(wire)];
    }
}
