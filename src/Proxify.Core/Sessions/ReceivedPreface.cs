using System.Buffers;
using System.Net.Sockets;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>What has come of a preface so far, from the connection's first byte on. What comes in is bounded, and so is what is held for it.</summary>
/// <param name="connection">Nobody else receives from it meanwhile.</param>
/// <param name="most">No preface is longer.</param>
internal sealed class ReceivedPreface(Connection connection, int most) : IDisposable
{
    /// <summary>Most prefaces are shorter, and who sends nothing holds no more.</summary>
    private const int FirstSize = 256;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstSize, most));
    private int _length;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Waits for more. Zero bytes are the peer's FIN, or there is no more room.</summary>
    public async ValueTask<IoResult> ReceiveAsync()
    {
        var room = Math.Min(_buffer.Length, most) - _length;
        if (room == 0 && _length < most)
        {
            Grow();
            room = Math.Min(_buffer.Length, most) - _length;
        }

        if (room == 0)
            return default;
        var received = await connection.ReceiveAsync(_buffer.AsMemory(_length, room));
        if (received.Error == SocketError.Success)
            _length += received.Bytes;
        return received;
    }

    /// <summary>Forgets what has come, which was for us.</summary>
    public void Clear() => _length = 0;

    /// <summary>The rest is the client's: gives it back to the connection, which counts only that from now on.</summary>
    /// <param name="used">Bytes that were for us.</param>
    public void PutBackAfter(int used)
    {
        if (used < _length)
            connection.PutBack(Bytes[used..].ToArray());
        connection.ForgetReceived();
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(2 * _buffer.Length, most));
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
