using Proxify.Linux;

namespace Proxify.Transport.Tls;

/// <summary>
/// Records by OpenSSL: TLS 1.2, and 1.3 with a cipher that <see cref="Tls13Transform"/> does not know. Both ways share one session of OpenSSL's, which takes
/// one thread at a time.
/// </summary>
internal sealed unsafe class OpenSslTransform : ConnectionTransform
{
    private const int LongestRecord = 16_384;

    /// <summary>
    /// Most that a record can be longer than what it holds: header, explicit nonce or IV, padding and MAC of the CBC suites (SSL3_RT_MAX_ENCRYPTED_OVERHEAD).
    /// </summary>
    private const int Overhead = 5 + 256 + 64;

    /// <summary>
    /// Bytes of answers that are kept until something is sealed: a few alerts, or a KeyUpdate. More than that waits only for a peer that asks on and on and
    /// reads nothing. None can be left out, since each has its number.
    /// </summary>
    private const int MostReply = 512;

    private readonly Lock _using = new();
    private readonly RecordCounter _kept = new();
    private nint _ssl;
    private byte[] _reply = [];
    private bool _hasEnded;
    private bool _isBroken;
    private bool _isFlooded;

    /// <param name="ssl">After its handshake; this owns it.</param>
    public OpenSslTransform(nint ssl)
    {
        _ssl = ssl;
        OpenSsl.SetReadAhead(ssl, on: true);
    }

    public override bool HasEnded => Volatile.Read(ref _hasEnded);

    public override bool IsBroken => _isBroken;

    public override bool HasReply => Volatile.Read(ref _reply).Length > 0;

    public override int OpenBound(int length) => _kept.Bytes + length;

    public override int Open(ReadOnlySpan<byte> wire, Span<byte> plain)
    {
        if (_isBroken)
            return 0;
        _kept.Count(wire);
        lock (_using)
        {
            OpenSsl.ClearErrors();
            fixed (byte* input = wire, output = plain)
            {
                var buffers = OpenSsl.Buffers;
                buffers->Set(input, wire.Length, null, 0);
                var opened = ReadAll(output, plain.Length, buffers);
                Keep(buffers->Spilled);
                return opened;
            }
        }
    }

    public override int SealBound(int length) => MostReply + length + (Overhead * ((length / LongestRecord) + 2));

    public override int Seal(ReadOnlySpan<byte> plain, Span<byte> wire)
    {
        lock (_using)
        {
            fixed (byte* input = plain, output = wire)
            {
                var replied = TakeReply(wire);
                OpenSsl.ClearErrors();
                OpenSsl.Buffers->Set(null, 0, output + replied, wire.Length - replied);
                // Takes a record at a time, and fails only after a fatal error, which Open has told.
                for (int taken = 0, wrote; taken < plain.Length; taken += wrote)
                {
                    wrote = OpenSsl.Write(_ssl, input + taken, plain.Length - taken);
                    if (wrote <= 0)
                        break;
                }

                return replied + OpenSsl.Buffers->Written;
            }
        }
    }

    public override int SealEnd(Span<byte> wire)
    {
        lock (_using)
        {
            if (_isFlooded)
                return 0;
            fixed (byte* output = wire)
            {
                var replied = TakeReply(wire);
                OpenSsl.ClearErrors();
                OpenSsl.Buffers->Set(null, 0, output + replied, wire.Length - replied);
                _ = OpenSsl.Shutdown(_ssl);
                return replied + OpenSsl.Buffers->Written;
            }
        }
    }

    public override void Dispose()
    {
        lock (_using)
        {
            if (_ssl != 0)
                OpenSsl.FreeSession(_ssl);
            _ssl = 0;
        }
    }

    private int ReadAll(byte* output, int size, OpenSslBuffers* buffers)
    {
        var opened = 0;
        while (buffers->InputLeft > 0 || OpenSsl.HasPending(_ssl) != 0)
        {
            // Without room for a byte there is nothing to come but an end or an error.
            byte none;
            var read = OpenSsl.Read(_ssl, opened < size ? output + opened : &none, Math.Max(size - opened, 1));
            if (read > 0)
            {
                opened += read;
                continue;
            }

            var error = OpenSsl.GetError(_ssl, read);
            if (error == OpenSsl.ErrorWantRead)
                break;
            if (error == OpenSsl.ErrorZeroReturn)
                Volatile.Write(ref _hasEnded, true);
            else
                _isBroken = true;
            break;
        }

        return opened;
    }

    private void Keep(ReadOnlySpan<byte> reply)
    {
        if (_reply.Length + reply.Length > MostReply)
            _isFlooded = _isBroken = true;
        else if (!reply.IsEmpty)
            Volatile.Write(ref _reply, [.. _reply, .. reply]);
    }

    private int TakeReply(Span<byte> wire)
    {
        var length = _reply.Length;
        _reply.CopyTo(wire);
        _reply = [];
        return length;
    }
}
