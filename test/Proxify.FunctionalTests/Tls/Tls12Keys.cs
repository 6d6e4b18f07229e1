using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Proxify.FunctionalTests.Tls;

/// <summary>
/// Of a client with TLS 1.2 and AES_128_GCM_SHA256 (RFC 5246, sections 5, 6.2 and 6.3; RFC 5288). By .NET's ciphers: OpenSSL makes no records that are not in
/// order.
/// </summary>
internal sealed partial class Tls12Keys : RecordKeys
{
    private const string Ssl = "libssl.so.3";
    private const int RandomSize = 32;
    private const int MasterSize = 48;
    private const int KeySize = 16;
    private const int SaltSize = 4;
    private const int ExplicitSize = 8;
    private const int TagSize = 16;

    private readonly byte[] _keys;
    private readonly AesGcm _sends;
    private readonly AesGcm _receives;
    private ulong _sent = 1; // the handshake's Finished was the first, both ways
    private ulong _received = 1;

    /// <param name="ssl">OpenSSL's session, after the handshake.</param>
    public Tls12Keys(nint ssl)
    {
        var (master, server, client) = (new byte[MasterSize], new byte[RandomSize], new byte[RandomSize]);
        Assert.Equal(MasterSize, (int)SSL_SESSION_get_master_key(SSL_get_session(ssl), master, MasterSize));
        Assert.Equal(RandomSize, (int)SSL_get_server_random(ssl, server, RandomSize));
        Assert.Equal(RandomSize, (int)SSL_get_client_random(ssl, client, RandomSize));
        _keys = Expand(master, [.. "key expansion"u8, .. server, .. client], (2 * KeySize) + (2 * SaltSize));
        _sends = new AesGcm(_keys.AsSpan(0, KeySize), TagSize);
        _receives = new AesGcm(_keys.AsSpan(KeySize, KeySize), TagSize);
    }

    public override byte[] Seal(byte type, ReadOnlySpan<byte> content)
    {
        var record = new byte[HeaderSize + ExplicitSize + content.Length + TagSize];
        record[0] = type;
        record[1] = record[2] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)(record.Length - HeaderSize));
        BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(HeaderSize), _sent);
        _sends.Encrypt(Nonce(0, record), content, Body(record), record.AsSpan(record.Length - TagSize), Header(_sent++, type, content.Length));
        return record;
    }

    public override (byte Type, byte[] Content) Open(ReadOnlySpan<byte> record)
    {
        var content = new byte[record.Length - HeaderSize - ExplicitSize - TagSize];
        _receives.Decrypt(Nonce(1, record), record[(HeaderSize + ExplicitSize)..^TagSize], record[^TagSize..], content,
            Header(_received++, record[0], content.Length));
        return (record[0], content);
    }

    public override void Dispose()
    {
        _sends.Dispose();
        _receives.Dispose();
    }

    private static Span<byte> Body(byte[] record) => record.AsSpan((HeaderSize + ExplicitSize)..^TagSize);

    private byte[] Nonce(int side, ReadOnlySpan<byte> record) =>
        [.. _keys.AsSpan((2 * KeySize) + (side * SaltSize), SaltSize), .. record.Slice(HeaderSize, ExplicitSize)];

    private static byte[] Header(ulong sequence, byte type, int length)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteUInt64BigEndian(header, sequence);
        (header[8], header[9], header[10]) = (type, 3, 3);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(11), (ushort)length);
        return header;
    }

    /// <summary>P_SHA256: RFC 5246, section 5.</summary>
    private static byte[] Expand(byte[] secret, byte[] seed, int length)
    {
        var output = new List<byte>();
        for (var a = seed; output.Count < length;)
        {
            a = HMACSHA256.HashData(secret, a);
            output.AddRange(HMACSHA256.HashData(secret, (byte[])[.. a, .. seed]));
        }

        return [.. output[..length]];
    }

    [LibraryImport(Ssl)]
    private static partial nint SSL_get_session(nint ssl);

    [LibraryImport(Ssl)]
    private static partial nuint SSL_SESSION_get_master_key(nint session, byte[] output, nuint size);

    [LibraryImport(Ssl)]
    private static partial nuint SSL_get_server_random(nint ssl, byte[] output, nuint size);

    [LibraryImport(Ssl)]
    private static partial nuint SSL_get_client_random(nint ssl, byte[] output, nuint size);
}
