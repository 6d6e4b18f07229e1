using System.Net;
using System.Net.Sockets;
using Proxify.Peers.Load;

namespace Proxify.Peers.Targets;

/// <summary>Gives a server what it will be asked for.</summary>
static class Keys
{
    const int AtOnce = 1_000;

    /// <param name="port">The server's.</param>
    /// <param name="store">Stores one key.</param>
    /// <param name="count">How many: 0 to one less.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="BenchException">It does not take one.</exception>
    public static async Task FillAsync(int port, Exchange store, int count, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        await using var stream = new NetworkStream(socket);
        var requests = new byte[AtOnce * store.Request.Length];
        var replies = new byte[AtOnce * store.Reply.Length];
        for (var first = 0; first < count; first += AtOnce)
        {
            var some = Math.Min(AtOnce, count - first);
            for (var i = 0; i < some; i++)
                store.Request.Write(requests.AsSpan(i * store.Request.Length), Exchange.Digits(first + i));
            await stream.WriteAsync(requests.AsMemory(0, some * store.Request.Length), cancellation);
            await stream.ReadExactlyAsync(replies.AsMemory(0, some * store.Reply.Length), cancellation);
            for (var i = 0; i < some; i++)
                if (!store.Reply.BeginsWith(replies.AsSpan(i * store.Reply.Length, store.Reply.Length), Exchange.Digits(first + i)))
                    throw new BenchException($"the target does not take key {first + i}");
        }
    }
}
