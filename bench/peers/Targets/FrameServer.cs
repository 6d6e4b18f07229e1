using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Linux;
using Proxify.Peers.Load;

namespace Proxify.Peers.Targets;

/// <summary>What <see cref="FrameTarget"/> runs: one thread, epoll, one send for all whole frames that a receive has brought, as redis does it.</summary>
static class FrameServer
{
    /// <summary>The command.</summary>
    public const string Name = "serve-frames";

    const int PrefixLength = 4;
    const int LongestFrame = 4096;
    const int BufferLength = 64 * 1024;
    const ulong Listener = ulong.MaxValue;

    /// <summary>Serves until the process is ended.</summary>
    public static void Run(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(16_384);
        using var epoll = new Epoll();
        epoll.TryAdd(listener.SafeHandle, Epoll.In, Listener);

        var connections = new Dictionary<ulong, Connection>();
        var buffer = new byte[BufferLength];
        Span<(uint Events, ulong Data)> ready = stackalloc (uint, ulong)[64];
        for (var next = 0ul; ;)
        {
            var count = epoll.Wait(ready);
            for (var i = 0; i < count; i++)
                if (ready[i].Data == Listener)
                {
                    var connection = new Connection(listener.Accept());
                    connections.Add(next, connection);
                    epoll.TryAdd(connection.Socket.SafeHandle, Epoll.In, next++);
                }
                else if (!TryServe(connections[ready[i].Data], buffer) && connections.Remove(ready[i].Data, out var ended))
                {
                    ended.Socket.Dispose();
                }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static bool TryServe(Connection connection, byte[] buffer)
    {
        connection.Rest.AsSpan(0, connection.RestLength).CopyTo(buffer);
        var received = RawSocket.Receive(connection.Descriptor, buffer.AsSpan(connection.RestLength));
        if (received is 0 or -2)
            return false;
        var left = buffer.AsSpan(0, connection.RestLength + Math.Max(received, 0));
        var whole = 0;
        while (left.Length - whole >= PrefixLength)
        {
            var length = PrefixLength + BinaryPrimitives.ReadUInt32BigEndian(left[whole..]);
            if (length > LongestFrame)
                return false;
            if (left.Length - whole < length)
                break;
            whole += (int)length;
        }
        left[whole..].CopyTo(connection.Rest);
        connection.RestLength = left.Length - whole;
        return whole == 0 || RawSocket.TrySend(connection.Descriptor, left[..whole], waits: true);
    }

    sealed class Connection
    {
        public Connection(Socket socket)
        {
            socket.NoDelay = true;
            Socket = socket;
            Descriptor = (int)socket.Handle;
        }

        public Socket Socket { get; }

        public int Descriptor { get; }

        /// <summary>The beginning of a frame of which the end has not come.</summary>
        public byte[] Rest { get; } = new byte[LongestFrame];

        public int RestLength { get; set; }
    }
}
