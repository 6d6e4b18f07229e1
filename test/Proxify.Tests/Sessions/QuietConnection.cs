using System.Net.Sockets;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

/// <summary>A connection that allocates nothing: it dials the target it was given, and relays until the task ends.</summary>
internal sealed class QuietConnection(QuietConnection? target, Task<RelayEnd> relay) : Connection
{
    public override TcpEndpoint Local { get; } = TcpEndpoint.FromIPv4(0x7f000001, 5001);

    public override TcpEndpoint Remote { get; } = TcpEndpoint.FromIPv4(0x0a000001, 50_000);

    public override long BytesReceived => 0;

    public override bool IsReset => false;

    public override void WatchPeer()
    {
    }

    public override ValueTask<DialResult> DialAsync(TcpEndpoint remote, TimeSpan timeout, LocalEnd local = default) =>
        new(new DialResult(target, SocketError.Success));

    public override ValueTask<RelayEnd> RelayAsync(Connection target, RelayTimeouts timeouts) =>
        relay.IsCompletedSuccessfully ? new(RelayEnd.Done) : new(relay);

    public override ValueTask<IoResult> ReceiveAsync(Memory<byte> buffer) => throw new NotSupportedException();

    public override void PutBack(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException();

    public override void ForgetReceived() => throw new NotSupportedException();

    public override ValueTask<IoResult> SendAsync(ReadOnlyMemory<byte> buffer) => throw new NotSupportedException();

    public override void ShutdownSend()
    {
    }

    public override void Close()
    {
    }

    public override void Reset()
    {
    }

    public override void Abort()
    {
    }
}
