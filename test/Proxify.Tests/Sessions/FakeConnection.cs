using System.Net.Sockets;
using System.Threading.Channels;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

/// <summary>A connection without a network: dials answer from a script, a relay ends as the test says.</summary>
#pragma warning disable CA1001 // the source has no timer: nothing of it has to be given back
internal class FakeConnection(TcpEndpoint local, TcpEndpoint remote) : Connection
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _aborting = new();

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

    public override long FirstReceivedAt => AnsweredAt;

    /// <summary>What <see cref="FirstReceivedAt"/> says.</summary>
    public long AnsweredAt { get; set; }

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

    /// <summary>Called with the connection that a dial has made.</summary>
    public Action<FakeConnection>? OnDialled { get; set; }

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
        OnDialled?.Invoke(Targets[^1]);
        return new DialResult(Targets[^1], error);
    }

    public override async ValueTask<RelayEnd> RelayAsync(Connection target, RelayTimeouts timeouts) => await OnRelay();

    /// <summary>What the peer says, a chunk per receive; an empty one is its FIN. Without any, receives wait until it is aborted.</summary>
    public Channel<byte[]> Said { get; } = Channel.CreateUnbounded<byte[]>();

    /// <summary>What was put back, the latest first.</summary>
    public byte[] Unread { get; private set; } = [];

    /// <summary>What was sent to the peer.</summary>
    public List<byte> Sent { get; } = [];

    /// <summary>What a send ends with.</summary>
    public SocketError SendError { get; set; }

    public override async ValueTask<IoResult> ReceiveAsync(Memory<byte> buffer)
    {
        byte[] said;
        try
        {
            said = Unread.Length > 0 ? Unread : await Said.Reader.ReadAsync(_aborting.Token);
        }
        catch (OperationCanceledException)
        {
            return new(0, SocketError.OperationAborted);
        }
        catch (ChannelClosedException)
        {
            return new(0, SocketError.ConnectionReset);
        }

        var taken = Math.Min(said.Length, buffer.Length);
        said.AsSpan(0, taken).CopyTo(buffer.Span);
        Unread = said[taken..];
        Received += taken;
        return new(taken);
    }

    public override void PutBack(ReadOnlyMemory<byte> bytes)
    {
        Received -= bytes.Length;
        Unread = [.. bytes.Span, .. Unread];
    }

    public override void ForgetReceived() => Received = 0;

    public override ValueTask<IoResult> SendAsync(ReadOnlyMemory<byte> buffer)
    {
        Sent.AddRange(buffer.Span);
        return new(new IoResult(buffer.Length, SendError));
    }

    public override void ShutdownSend() => throw new NotSupportedException();

    public override void Close()
    {
    }

    public override void Reset() => WasReset = true;

    public override void Abort()
    {
        WasAborted = true;
        _aborting.Cancel();
    }
}
