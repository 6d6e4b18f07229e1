using System.Net.Sockets;

namespace Proxify.Transport;

/// <summary>A <see cref="Connection"/> as a stream. Errors become <see cref="IOException"/>s here, at the edge that needs them.</summary>
internal sealed class ConnectionStream(Connection connection) : Stream
{
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
        using var _ = AbortOn(cancellationToken);
        return Checked(await connection.ReceiveAsync(buffer), cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var _ = AbortOn(cancellationToken);
        Checked(await connection.SendAsync(buffer), cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    // A worker's thread must never wait: there is no synchronous way.
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("use ReadAsync");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("use WriteAsync");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connection.Close();
        base.Dispose(disposing);
    }

    // Half a read or write cannot be taken back, so a cancelled one costs the connection.
    private CancellationTokenRegistration AbortOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static c => ((Connection)c!).Abort(), connection);

    private static int Checked(IoResult result, CancellationToken cancellationToken)
    {
        if (result.Error == SocketError.Success)
            return result.Bytes;
        cancellationToken.ThrowIfCancellationRequested();
        throw new IOException($"the connection failed: {SocketErrors.Describe(result.Error)}", new SocketException((int)result.Error));
    }
}
