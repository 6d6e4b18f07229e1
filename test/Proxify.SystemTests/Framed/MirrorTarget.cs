using System.Net;
using System.Net.Sockets;

namespace Proxify.SystemTests.Framed;

/// <summary>A target that answers every message with one of its own, in order.</summary>
internal sealed class MirrorTarget : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Task _accepting;
    private readonly List<Wire> _wires = [];

    /// <param name="lab">Where.</param>
    /// <param name="answer">Reads a message, and gives the answer to it.</param>
    public MirrorTarget(Lab lab, Func<Wire, ValueTask<string>> answer)
    {
        _listener = lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync(answer);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Connections that it has had.</summary>
    public int Connections => _wires.Count;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await Record.ExceptionAsync(() => _accepting);
        foreach (var wire in _wires)
            wire.Dispose();
    }

    private async Task AcceptAsync(Func<Wire, ValueTask<string>> answer)
    {
        while (true)
        {
            var socket = await _listener.AcceptAsync();
            socket.NoDelay = true;
            var wire = new Wire(socket);
            _wires.Add(wire);
            _ = ServeAsync(wire, answer);
        }
    }

    private static async Task ServeAsync(Wire wire, Func<Wire, ValueTask<string>> answer)
    {
        try
        {
            while (true)
                await wire.SendAsync(await answer(wire));
        }
        catch (Exception e) when (e is EndOfStreamException or ObjectDisposedException or TimeoutException)
        {
            wire.Dispose();
        }
    }
}
