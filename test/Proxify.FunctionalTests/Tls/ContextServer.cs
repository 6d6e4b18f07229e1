using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Tls;

/// <summary>A server that is nothing but a context: shakes hands with whoever comes, says hello, and ends. What each handshake has come to is kept.</summary>
internal sealed class ContextServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<TlsHandshake> _outcomes = Channel.CreateUnbounded<TlsHandshake>();
    private readonly Func<TlsContext> _context;
    private readonly Task _accepting;

    /// <param name="context">Asked anew for each connection.</param>
    public ContextServer(Func<TlsContext> context)
    {
        _context = context;
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What the next handshake has come to, in the order of the connections.</summary>
    public async Task<TlsInfo> DoneAsync()
    {
        var outcome = await _outcomes.Reader.ReadAsync().Within();
        Assert.Null(outcome.Failure?.Text);
        return outcome.Info!;
    }

    /// <inheritdoc cref="DoneAsync"/>
    public async Task<TlsFailure> FailedAsync()
    {
        var outcome = await _outcomes.Reader.ReadAsync().Within();
        Assert.Null(outcome.Info);
        return outcome.Failure!;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting.Within();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                await ServeAsync(socket).Within();
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var handshake = new TlsHandshake(_context());
        var buffer = new byte[16 * 1024];
        var step = TlsStep.NeedsMore;
        while (step == TlsStep.NeedsMore && await socket.ReceiveAsync(buffer) is > 0 and var received)
        {
            step = handshake.Step(buffer.AsSpan(0, received), out _);
            await socket.SendAsync(handshake.Output);
        }

        await _outcomes.Writer.WriteAsync(handshake);
        if (step == TlsStep.Done)
        {
            using var transform = handshake.TakeTransform();
            var hello = Encoding.ASCII.GetBytes("hello\n");
            var wire = new byte[transform.SealBound(hello.Length)];
            await socket.SendAsync(wire.AsMemory(0, transform.Seal(hello, wire)));
            await socket.SendAsync(wire.AsMemory(0, transform.SealEnd(wire)));
        }

        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync(buffer) > 0)
        {
            // Until the peer has read what it was told.
        }

        handshake.Dispose();
    }
}
