using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Proxify.Linux;

namespace Proxify.Transport.Tls;

/// <summary>Protects the records of one way of a TLS 1.3 connection (RFC 8446, sections 5.2, 5.3 and 7).</summary>
internal sealed unsafe class TrafficKeys : IDisposable
{
    public const int HeaderSize = 5;

    /// <summary>What a record is longer than what it holds: header, the byte that says what it holds, tag.</summary>
    public const int Overhead = HeaderSize + 1 + OpenSsl.TagSize;

    private const int NonceSize = 12;
    private const int LongestSecret = 48;

    private readonly Tls13Cipher _cipher;
    private readonly bool _encrypts;
    private readonly Secrets* _secrets;
    private nint _context;
    private ulong _sequence;

    /// <param name="cipher">What was agreed on.</param>
    /// <param name="secret">This way's first traffic secret.</param>
    /// <param name="encrypts">Which of the two it does.</param>
    /// <param name="sequence">Records that have been protected with it before.</param>
    public TrafficKeys(Tls13Cipher cipher, ReadOnlySpan<byte> secret, bool encrypts, int sequence)
    {
        _cipher = cipher;
        _encrypts = encrypts;
        _secrets = (Secrets*)NativeMemory.AllocZeroed((nuint)sizeof(Secrets));
        _context = OpenSsl.NewCipherContext();
        secret.CopyTo(Secret);
        SetKey();
        _sequence = (ulong)sequence;
    }

    /// <summary>Records protected with the key in use.</summary>
    public ulong Sequence => _sequence;

    private int HashSize => _cipher.IsSha384 ? SHA384.HashSizeInBytes : SHA256.HashSizeInBytes;

    private Span<byte> Secret => new(_secrets->Secret, HashSize);

    /// <summary>Writes a record.</summary>
    /// <param name="plain">What it holds; not more than a record may.</param>
    /// <param name="type">What that is.</param>
    /// <param name="wire">Where to; <see cref="Overhead"/> longer.</param>
    /// <returns>Its length.</returns>
    public int Encrypt(ReadOnlySpan<byte> plain, byte type, Span<byte> wire)
    {
        var payload = plain.Length + 1 + OpenSsl.TagSize;
        wire[0] = ContentType.ApplicationData;
        wire[1] = wire[2] = 3; // the version that all records carry: TLS 1.2's
        BinaryPrimitives.WriteUInt16BigEndian(wire[3..], (ushort)payload);
        var nonce = stackalloc byte[NonceSize];
        NextNonce(nonce);
        fixed (byte* from = plain, to = wire[..(HeaderSize + payload)])
        {
            if (!OpenSsl.Encrypt(_context, nonce, to, HeaderSize, from, plain.Length, type, to + HeaderSize))
                throw new CryptographicException("a TLS record could not be encrypted");
        }

        return HeaderSize + payload;
    }

    /// <summary>Opens a whole record.</summary>
    /// <param name="record">Its header included.</param>
    /// <param name="inner">Where to: its length without header and tag.</param>
    /// <returns>False: nobody who has the key has made it.</returns>
    public bool TryDecrypt(ReadOnlySpan<byte> record, Span<byte> inner)
    {
        var nonce = stackalloc byte[NonceSize];
        NextNonce(nonce);
        fixed (byte* from = record, to = inner)
            return OpenSsl.Decrypt(_context, nonce, from, HeaderSize, from + HeaderSize, inner.Length, to);
    }

    /// <summary>Goes on with the next secret: RFC 8446, section 7.2.</summary>
    public void Update()
    {
        Span<byte> next = stackalloc byte[LongestSecret];
        Expand("traffic upd"u8, next[..HashSize]);
        next[..HashSize].CopyTo(Secret);
        CryptographicOperations.ZeroMemory(next);
        SetKey();
        _sequence = 0;
    }

    public void Dispose()
    {
        if (_context == 0)
            return;
        OpenSsl.FreeCipherContext(_context);
        _context = 0;
        CryptographicOperations.ZeroMemory(new Span<byte>(_secrets, sizeof(Secrets)));
        NativeMemory.Free(_secrets);
    }

    private void SetKey()
    {
        Span<byte> key = stackalloc byte[_cipher.KeySize];
        Expand("key"u8, key);
        Expand("iv"u8, new Span<byte>(_secrets->Iv, NonceSize));
        if (!OpenSsl.SetKey(_context, _cipher.Algorithm, key, _encrypts))
            throw new CryptographicException("OpenSSL takes no key");
        CryptographicOperations.ZeroMemory(key);
    }

    private void NextNonce(byte* nonce)
    {
        new Span<byte>(_secrets->Iv, NonceSize).CopyTo(new Span<byte>(nonce, NonceSize));
        *(ulong*)(nonce + NonceSize - sizeof(ulong)) ^= BinaryPrimitives.ReverseEndianness(_sequence++);
    }

    /// <summary>HKDF-Expand-Label (RFC 8446, section 7.1) without a context, for results of no more than one block of HKDF.</summary>
    private void Expand(ReadOnlySpan<byte> label, Span<byte> output)
    {
        Debug.Assert(output.Length <= HashSize, "one block");
        ReadOnlySpan<byte> prefix = "tls13 "u8;
        Span<byte> info = stackalloc byte[64];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)output.Length);
        info[2] = (byte)(prefix.Length + label.Length);
        prefix.CopyTo(info[3..]);
        label.CopyTo(info[(3 + prefix.Length)..]);
        var length = 3 + prefix.Length + label.Length;
        info[length++] = 0; // the context's length
        info[length++] = 1; // the first block
        Span<byte> block = stackalloc byte[LongestSecret];
        if (_cipher.IsSha384)
            HMACSHA384.HashData(Secret, info[..length], block);
        else
            HMACSHA256.HashData(Secret, info[..length], block);
        block[..output.Length].CopyTo(output);
        CryptographicOperations.ZeroMemory(block);
    }

    /// <summary>In memory that is not moved, so that no copies are left behind.</summary>
    private struct Secrets
    {
        public fixed byte Secret[LongestSecret];
        public fixed byte Iv[16];
    }
}
