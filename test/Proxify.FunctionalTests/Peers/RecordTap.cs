using System.Buffers.Binary;

namespace Proxify.Peers;

/// <summary>
/// Looks at the headers of the TLS records that come in: whether the last thing said was an alert. SslStream takes a bare FIN for an end, too.
/// </summary>
internal sealed class RecordTap(Stream inner) : Stream
{
    private const int HeaderSize = 5;
    private const byte Alert = 21;

    /// <summary>Of an alert in TLS 1.3, where it looks like data: two bytes, their type, the tag.</summary>
    private const int SealedAlert = 2 + 1 + 16;

    private readonly byte[] _header = new byte[HeaderSize];
    private int _headerLength;
    private int _left;

    /// <summary>Tests that ask this send no two bytes by themselves.</summary>
    public bool LastWasAlert { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var n = await inner.ReadAsync(buffer, cancellationToken);
        Look(buffer.Span[..n]);
        return n;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Look(ReadOnlySpan<byte> wire)
    {
        while (!wire.IsEmpty)
        {
            var taken = Math.Min(wire.Length, _left > 0 ? _left : HeaderSize - _headerLength);
            if (_left > 0)
                _left -= taken;
            else
                TakeHeader(wire[..taken]);
            wire = wire[taken..];
        }
    }

    private void TakeHeader(ReadOnlySpan<byte> part)
    {
        part.CopyTo(_header.AsSpan(_headerLength));
        _headerLength += part.Length;
        if (_headerLength < HeaderSize)
            return;
        _headerLength = 0;
        _left = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3));
        LastWasAlert = _header[0] == Alert || _left == SealedAlert;
    }
}
