using System.Net.Sockets;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

/// <summary>A connection without a network: dials answer from a script, a relay ends as the test says.</summary>
internal class FakeConnection(TcpEndpoint local, TcpEndpoint remote) : Connection
{
    public override TcpEndpoint Local { get; } = local;

    public override TcpEndpoint Remote { get; } = remote;

    public override long BytesReceived
    {
        get
        {
            var received = Received;
            OnCount?.Invoke();
            return received;
        }
    }

    /// <summary>Called when somebody asks for <see cref="BytesReceived"/>, before he is told.</summary>
    public Action? OnCount { get; set; }

    public long Received { get; set; }

    /// <summary>What a dial to an endpoint ends with; the connection that it makes is <see cref="Dialled"/>.</summary>
    public Func<TcpEndpoint, SocketError> OnDial { get; set; } = _ => SocketError.Success;

    /// <summary>Dials take until then; null (default): no time.</summary>
    public Task<SocketError>? SlowDial { get; set; }

    public Func<Task<RelayEnd>> OnRelay { get; set; } = () => Task.FromResult(RelayEnd.Done);

    /// <summary>Our own end of connections that are dialled.</summary>
    public TcpEndpoint DialFrom { get; set; } = TcpEndpoint.FromIPv4(0x7f000001, 40000);

    public List<TcpEndpoint> Dialled { get; } = [];

    /// <summary>The local ends that the dials were given.</summary>
    public List<LocalEnd> DialledFrom { get; } = [];

    /// <summary>The connections that dials made.</summary>
    public List<FakeConnection> Targets { get; } = [];

    public override bool IsReset
    {
        get
        {
            OnLook?.Invoke();
            return HasReset;
        }
    }

    /// <summary>Called when somebody asks for <see cref="IsReset"/>.</summary>
    public Action? OnLook { get; set; }

    /// <summary>The client has gone away.</summary>
    public bool HasReset { get; set; }

    public void EndFirst(bool isFirst) => HasEndedFirst = isFirst;

    public bool WasReset { get; private set; }

    public bool WasAborted { get; private set; }

    /// <summary>Whether somebody wants to know when it goes away.</summary>
    public bool IsWatched { get; private set; }

    public override void WatchPeer() => IsWatched = true;

    /// <summary>The client goes away, as its transport finds out.</summary>
    public void Leave(bool byReset)
    {
        if (byReset || Watcher!.CountsEnd)
            Watcher!.OnPeerLeft(byReset);
    }

    public override ValueTask<DialResult> DialAsync(TcpEndpoint remote, TimeSpan timeout, LocalEnd local = default)
    {
        Dialled.Add(remote);
        DialledFrom.Add(local);
        return SlowDial is { } answer ? new(AnswerAsync(remote, answer)) : new(Answer(remote, OnDial(remote)));
    }

    private async Task<DialResult> AnswerAsync(TcpEndpoint remote, Task<SocketError> answer) => Answer(remote, await answer);

    private DialResult Answer(TcpEndpoint remote, SocketError error)
    {
        if (error != SocketError.Success)
            return new DialResult(null, error);
        Targets.Add(new FakeConnection(DialFrom, remote));
        return new DialResult(Targets[^1], error);
    }

    public override async ValueTask<RelayEnd> RelayAsync(Connection target, RelayTimeouts timeouts) => await OnRelay();

    public override ValueTask<IoResult> ReceiveAsync(Memory<byte> buffer) => throw new NotSupportedException();

    public override void PutBack(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException();

    public override void ForgetReceived() => throw new NotSupportedException();

    public override ValueTask<IoResult> SendAsync(ReadOnlyMemory<byte> buffer) => throw new NotSupportedException();

    public override void ShutdownSend() => throw new NotSupportedException();

    public override void Close()
    {
    }

    public override void Reset() => WasReset = true;

    public override void Abort() => WasAborted = true;
}
