using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests.Cluster;

/// <summary>A client's connection to one of the <see cref="EchoTargets"/>, whose bytes are compared.</summary>
internal sealed class Conversation(Socket socket) : IDisposable
{
    public const int GreetingLength = 40;

    private const int Slice = 64;

    private readonly byte[] _buffer = new byte[Slice];
    private long _said;

    /// <summary>The target's address.</summary>
    public string Target { get; private set; } = "";

    /// <summary>The address of the proxy that the target sees.</summary>
    public string Proxy { get; private set; } = "";

    public bool IsConnected { get; private set; }

    public async Task OpenAsync(IPEndPoint service, CancellationToken cancellation)
    {
        socket.NoDelay = true;
        await socket.ConnectAsync(service, cancellation);
        IsConnected = true;
        await FillAsync(GreetingLength, cancellation);
        var words = Encoding.ASCII.GetString(_buffer, 0, GreetingLength).Split(' ');
        (Target, Proxy) = (words[0], words[1]);
    }

    /// <summary>The next bytes of the pattern go there, and come back.</summary>
    public async Task AskAsync(CancellationToken cancellation)
    {
        await socket.SendAsync(Payload.FromClient.At(_said, Slice), cancellation);
        await FillAsync(Slice, cancellation);
        Payload.FromClient.Check(_said, _buffer);
        _said += Slice;
    }

    /// <summary>FIN, and the target's behind it.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        socket.Shutdown(SocketShutdown.Send);
        if (await socket.ReceiveAsync(_buffer, cancellation) != 0)
            throw new SocketException((int)SocketError.MessageSize);
    }

    public void Dispose() => socket.Dispose();

    private async Task FillAsync(int count, CancellationToken cancellation)
    {
        for (var filled = 0; filled < count;)
        {
            var received = await socket.ReceiveAsync(_buffer.AsMemory(filled, count - filled), cancellation);
            if (received == 0)
                throw new SocketException((int)SocketError.Disconnecting);
            filled += received;
        }
    }
}
