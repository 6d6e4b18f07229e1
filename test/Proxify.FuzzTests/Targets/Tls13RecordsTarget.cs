using Proxify.FuzzTests.Harness;
using Proxify.Tests.Transport.Tls;
using Proxify.Transport.Tls;

namespace Proxify.FuzzTests.Targets;

/// <summary>
/// The records of a TLS 1.3 client that has the keys and does with them what it likes. An input is its script: each step makes a record, well or badly, and the
/// whole of them comes at once and in portions.
/// </summary>
internal sealed class Tls13RecordsTarget : FuzzTarget
{
    private const int Room = 48 * 1024;

    private static readonly byte[] ClientSecret = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
    private static readonly byte[] ServerSecret = [.. Enumerable.Range(100, 32).Select(static i => (byte)i)];

    private readonly byte[] _wire = new byte[Room];
    private readonly byte[] _sent = new byte[Room];
    private readonly byte[] _atOnce = new byte[Room];
    private readonly byte[] _inPortions = new byte[Room];

    public override int MaxLength => 200;

    public override int Cost => 10;

    public override IReadOnlyList<byte[]> Seeds =>
    [
        [Data, 40, Data, 3, Alert, 1, 0],
        [Data, 10, Update, 1, Data, 20, Update, 0, Data, 30],
        [Messages, 3, 24, 0, 0, Messages, 2, 1, 1, NextKey, Data, 9],
        [Long, 64, Long, 1, Data, 0, Padded, 50, Alert, 1, 90, Alert, 1, 0, Data, 5],
        [Data, 7, Raw, 23, 6, 1, 2, 3, 4, 5, 6, Data, 7],
        [Data, 7, Spoilt, 4, 9, Data, 7],
        [Messages, 5, 4, 0, 0, 1, 9],
    ];

    /// <summary>Two transforms and the client's keys, in objects; what they keep is not ours.</summary>
    public override long AllocationBound(int length) => 2048;

    public override void Run(ReadOnlySpan<byte> input)
    {
        var (wire, sent) = Play(input);
        var atOnce = Open(wire, wire.Length, _atOnce, out var hasEnded);
        var inPortions = Open(wire, 1 + (input.Length * 13 % 97), _inPortions, out var hasEndedToo);

        Holds(hasEnded == hasEndedToo && atOnce.IsBroken == inPortions.IsBroken);
        Holds(atOnce.Opened == inPortions.Opened && atOnce.Opened <= sent);
        Holds(_atOnce.AsSpan(0, atOnce.Opened).SequenceEqual(_sent.AsSpan(0, atOnce.Opened)));
        Holds(_inPortions.AsSpan(0, inPortions.Opened).SequenceEqual(_sent.AsSpan(0, inPortions.Opened)));
    }

    private const byte Data = 0;
    private const byte Long = 1;
    private const byte Padded = 2;
    private const byte Alert = 3;
    private const byte Messages = 4;
    private const byte Update = 5;
    private const byte NextKey = 6;
    private const byte Raw = 7;
    private const byte Spoilt = 8;
    private const byte OfType = 9;
    private const int Steps = 10;

    /// <summary>What goes over the wire, and how much of the data was sent as it should be.</summary>
    private (ReadOnlyMemory<byte> Wire, int Sent) Play(ReadOnlySpan<byte> script)
    {
        using var keys = new TrafficKeys(RecordPeer.Cipher, ClientSecret, encrypts: true, sequence: 0);
        var (wire, sent, isSpoilt) = (0, 0, false);
        while (script is [var step, var argument, ..] && wire < Room / 2)
        {
            script = script[2..];
            var content = script[..Math.Min(script.Length, argument)];
            switch (step % Steps)
            {
                case Data or Long or Padded or Spoilt:
                    var size = step % Steps == Long ? argument * 64 : argument;
                    var payload = _sent.AsSpan(sent, size);
                    for (var i = 0; i < size; i++)
                        payload[i] = (byte)(sent + i);
                    wire += step % Steps == Padded
                        ? EncryptPadded(keys, payload, wire)
                        : keys.Encrypt(payload, ContentType.ApplicationData, _wire.AsSpan(wire));
                    if (step % Steps == Spoilt)
                    {
                        _wire[wire - 1 - (argument / 2)] ^= (byte)(1 << (argument % 8));
                        isSpoilt = true;
                    }

                    sent += isSpoilt ? 0 : size;
                    break;
                case Alert:
                    wire += keys.Encrypt([argument, script is [var description, ..] ? description : (byte)0], ContentType.Alert, _wire.AsSpan(wire));
                    script = script[Math.Min(1, script.Length)..];
                    break;
                case Messages:
                    wire += keys.Encrypt(content, ContentType.Handshake, _wire.AsSpan(wire));
                    script = script[content.Length..];
                    break;
                case Update:
                    wire += keys.Encrypt([24, 0, 0, 1, argument], ContentType.Handshake, _wire.AsSpan(wire));
                    keys.Update();
                    break;
                case NextKey:
                    keys.Update();
                    break;
                case Raw:
                    content.CopyTo(_wire.AsSpan(wire));
                    wire += content.Length;
                    script = script[content.Length..];
                    break;
                case OfType when argument != ContentType.ApplicationData:
                    wire += keys.Encrypt(content, argument, _wire.AsSpan(wire));
                    break;
            }
        }

        return (_wire.AsMemory(0, wire), sent);
    }

    /// <summary>The byte that says what a record holds, and zeros behind it, are content like any other to who encrypts.</summary>
    private int EncryptPadded(TrafficKeys keys, ReadOnlySpan<byte> payload, int at)
    {
        Span<byte> content = stackalloc byte[payload.Length + 10];
        content.Clear();
        payload.CopyTo(content);
        content[payload.Length] = ContentType.ApplicationData;
        return keys.Encrypt(content, 0, _wire.AsSpan(at));
    }

    private static (int Opened, bool IsBroken) Open(ReadOnlyMemory<byte> wire, int portion, byte[] plain, out bool hasEnded)
    {
        using var transform = new Tls13Transform(RecordPeer.Cipher, ClientSecret, ServerSecret, sent: 0, isServer: true);
        var (opened, isBroken) = (0, false);
        for (var rest = wire.Span; !rest.IsEmpty && !isBroken;)
        {
            var next = rest[..Math.Min(portion, rest.Length)];
            rest = rest[next.Length..];
            opened += transform.Open(next, plain.AsSpan(opened, transform.OpenBound(next.Length)));
            isBroken = transform.IsBroken;
        }

        hasEnded = transform.HasEnded;
        return (opened, isBroken);
    }
}
