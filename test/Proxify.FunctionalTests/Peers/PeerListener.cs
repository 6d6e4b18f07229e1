using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Proxify.Peers;

/// <summary>A scripted target's listening socket.</summary>
internal sealed class PeerListener : IDisposable
{
    private readonly Socket _socket;
    // A peer that nobody refers to is closed by the garbage collector, and the other end sees FIN out of nowhere: who accepts shall not have to think of that.
    private readonly ConcurrentBag<Peer> _accepted = [];
    private Peer? _queued;

    private PeerListener(Socket socket) => _socket = socket;

    public IPEndPoint Endpoint => (IPEndPoint)_socket.LocalEndPoint!;

    public int Port => Endpoint.Port;

    public static PeerListener Start(IPAddress? address = null, int port = 0, int backlog = 4096, int? receiveBuffer = null)
    {
        address ??= IPAddress.Loopback;
        return Start(new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp), new IPEndPoint(address, port), backlog, receiveBuffer);
    }

    /// <summary>The same with a socket made elsewhere, in another network namespace for example.</summary>
    public static PeerListener Start(Socket socket, IPEndPoint endpoint, int backlog = 4096, int? receiveBuffer = null)
    {
        // Accepted sockets inherit the size; it must be set before the handshake to bound the window.
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        socket.Bind(endpoint);
        socket.Listen(backlog);
        return new PeerListener(socket);
    }

    /// <summary>A target that never answers: its accept queue is full, so the kernel drops every SYN.</summary>
    public static async Task<PeerListener> StartBlackHoleAsync()
    {
        var listener = Start(backlog: 0);
        await listener.FillAsync(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        return listener;
    }

    /// <summary>Takes the one place in a queue of backlog 0.</summary>
    public async Task FillAsync(Socket client) => _queued = await Peer.ConnectAsync(client, Endpoint);

    /// <summary>A port that is bound, so that nobody else gets it, but refuses connections.</summary>
    public static PeerListener StartRefusing(IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return new PeerListener(socket);
    }

    /// <summary>
    /// Accepts as a target: sends <paramref name="outgoing"/> (default <see cref="Payload.FromTarget"/>), expects <see cref="Payload.FromClient"/>.
    /// </summary>
    public async Task<Peer> AcceptAsync(Payload? outgoing = null)
    {
        var socket = await _socket.AcceptAsync().Within();
        socket.NoDelay = true;
        var peer = new Peer(socket, outgoing ?? Payload.FromTarget, Payload.FromClient);
        _accepted.Add(peer);
        return peer;
    }

    public bool HasPending => _socket.Poll(0, SelectMode.SelectRead);

    public void Dispose()
    {
        _queued?.Dispose();
        _socket.Dispose();
    }
}
