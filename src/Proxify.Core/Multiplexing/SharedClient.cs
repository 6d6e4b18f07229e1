using System.Net.Sockets;
using Proxify.Framing;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Multiplexing;

/// <summary>
/// A client whose requests go over shared connections: one of them at a time, so that its replies come in its order. What it sends before it has one, or beyond
/// its share, waits here, and nothing more is received from it meanwhile. On its worker's thread.
/// </summary>
internal sealed partial class SharedClient : IChannelOwner
{
    /// <summary>A request that is longer wants a connection of its own, where it is passed on as it comes.</summary>
    private const int LongestRequest = 64 * 1024;

    /// <summary>With so many bytes of replies unread or to come, judging by those that have come, nothing more is asked for it.</summary>
    private const int MostUnread = 1 << 20;

    /// <summary>Requests that it may have under way when it begins: one more for each that is answered.</summary>
    private const int FirstWindow = 16;

    /// <summary>As many requests are kept to be said again.</summary>
    private const int MostSaid = 8;

    /// <summary>For a client to end its side, too, when it has taken its last replies.</summary>
    private const int GoodbyeMilliseconds = 1_000;

    /// <summary>For it to take some of them, anew whenever it does.</summary>
    private const int TakingMilliseconds = 30_000;

    /// <summary>No server numbers its own so high: where a client hands its number to one, it is nobody's.</summary>
    private const long FirstNumber = 1L << 62;

    private static long s_numbers = FirstNumber;

    private readonly long _number = Interlocked.Increment(ref s_numbers);
    private readonly Session _session;
    private readonly Exchange _exchange;
    private readonly IChannel? _channel;
    private readonly IWorker? _worker;
    private readonly IWorkerTimer? _idle;
    private readonly List<UnansweredRequest> _returned = [];
    private readonly Queue<Flight> _flights = [];
    private readonly List<byte[]> _said = [];
    private ByteQueue _waiting;
    private ScanState _scan;
    private int _scanned;
    private PooledConnection? _via;
    private Flight? _followed;
    private readonly IWorkerTimer? _goodbye;
    private TaskCompletionSource<ClientStep>? _step;
    private ClientStep? _wanted;
    private int _inFlight;
    private int _uncached;
    private int _window;
    private int _replySize;
    private int _replyBytes;
    private int _unreadSeen;
    private int _unreadAtGoodbye;
    private long _lastActivity;
    private bool _isTaking;
    private bool _hasEnded;
    private bool _isLeaving;
    private bool _isUpgrading;
    private bool _isFinishing;

    public SharedClient(Session session, FramedApp app)
    {
        _session = session;
        App = app;
        _window = Math.Min(FirstWindow, app.Requests.MostInFlight);
        _exchange = session.BeginExchange();
        _worker = session.Client.Worker;
        _channel = session.Client.OpenChannel(this);
        if (_channel is null)
            return;
        _goodbye = _worker!.NewTimer(OnGoodbyeOver);
        _exchange.Finish = () => _worker.Post(Finish);
        Interlocked.MemoryBarrier();
        _isFinishing = session.IsFinishing;
        if (session.App.Timeouts.Relay.Idle is not { Ticks: > 0 } idle)
            return;
        _lastActivity = _worker!.Now;
        _idle = _worker.NewTimer(() => CheckIdle((long)idle.TotalMilliseconds));
        _idle.Set(_lastActivity + (long)idle.TotalMilliseconds);
    }

    /// <summary>As it speaks.</summary>
    public FramedApp App { get; private set; }

    /// <summary>Whether its transport serves clients this way.</summary>
    public bool IsOpen => _channel is not null;

    /// <summary>It has left, or gets a connection of its own: replies to it are dropped.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Why it has ended.</summary>
    public TerminationReason Reason { get; private set; }

    /// <summary>Bytes of replies that it has not taken.</summary>
    public int Unread => _channel!.Unsent;

    /// <summary>What a connection of its own is told first, a request for each: what was said to the proxy alone.</summary>
    public IReadOnlyList<byte[]> Introduction => App.Codec.Greeting is { Length: > 0 } greeting ? [greeting, .. _said] : _said;

    /// <summary>Why it wants a connection of its own.</summary>
    public OwnConnectionCause? OwnBecause { get; private set; }

    // While it follows, it may yet have to ask for itself.
    private bool CanSend => _via?.IsTakingFrom(this) == true && HasWindow && _followed is not { Reply: null }
        && OwnBecause is null && _wanted is null && !_isLeaving && !_isUpgrading;

    private bool HasWindow => _inFlight < _window && (_inFlight == 0 ? Unread : Unread + ((long)_inFlight * _replySize)) < MostUnread;

    private bool HasUnsent => _scanned < _waiting.Length;

    /// <summary>Whether it has something to send over this connection.</summary>
    public bool WaitsFor(PooledConnection connection) => _via == connection && HasUnsent;

    /// <summary>Waits until it needs something.</summary>
    public Task<ClientStep> NextAsync()
    {
        _step = new TaskCompletionSource<ClientStep>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_wanted is { } wanted)
            Tell(wanted);
        return _step.Task;
    }

    /// <summary>Goes on over this connection, with what a lost one has left unanswered first.</summary>
    public void Attach(PooledConnection connection)
    {
        if (IsGone)
        {
            connection.NoteLeft(); // it has ended meanwhile
            return;
        }

        _via = connection;
        connection.Clients++;
        _wanted = null;
        if (!connection.IsOver)
        {
            _isTaking = true; // what it has sent since comes behind
            foreach (var request in _returned)
                SendAgain(connection, request);
            _returned.Clear();
            _isTaking = false;
        }

        GoOn();
    }

    /// <summary>No target can be reached: what is unanswered gets the protocol's error, where it has one, and then the connection ends.</summary>
    public void Fail()
    {
        foreach (var request in _returned)
            Give(request.Given ?? App.Codec.TargetLost);
        _returned.Clear();
        _wanted = null;
        SayGoodbye();
    }

    /// <summary>Leaves its shared connection, and gives back to its session what it has sent and nobody has seen.</summary>
    public void Detach()
    {
        Leave();
        _channel!.Stop();
        if (!_waiting.IsEmpty)
            _session.Client.PutBack(_waiting.Span.ToArray());
        _waiting.Clear();
        _session.EndExchange();
    }

    /// <summary>Of no use to anybody any more.</summary>
    public void Leave()
    {
        IsGone = true;
        _idle?.Stop();
        _goodbye?.Stop();
        LeaveConnection();
    }

    /// <summary>A part of a reply, or several.</summary>
    public void Take(ReadOnlySpan<byte> reply)
    {
        _exchange.FromTarget += reply.Length;
        _replyBytes += reply.Length;
        _channel!.Write(reply);
    }

    /// <summary>So many requests are answered: it may go on.</summary>
    public void NoteAnswered(int count)
    {
        _inFlight -= count;
        _window = Math.Min(_window + count, App.Requests.MostInFlight);
        _replySize = Math.Max(_replyBytes / count, _replySize - (_replySize / 8));
        _replyBytes = 0;
        if (_inFlight == 0)
            _via?.Release(this, isAnswered: true);
        _lastActivity = _worker!.Now;
        GoOn();
    }

    /// <summary>The connection over which it sent this is lost, and has not answered it.</summary>
    public void TakeBack(UnansweredRequest request)
    {
        _inFlight--;
        _returned.Add(request);
    }

    /// <summary>Its connection is gone, after <see cref="TakeBack"/> of all that was unanswered.</summary>
    public void LoseConnection(bool inMidReply)
    {
        LeaveConnection();
        if (inMidReply || (App.Codec.TargetLost.Length == 0 && _returned.Exists(static request => !request.MaySendAgain)))
            End(TerminationReason.TargetReset);
        else
            GoOn();
    }

    /// <summary>It keeps others from their replies.</summary>
    public void GiveUp() => End(TerminationReason.ClientStalled);

    void IChannelOwner.OnReceived(ReadOnlySpan<byte> bytes)
    {
        _lastActivity = _worker!.Now;
        if (_isLeaving)
            return;
        if (_waiting.IsEmpty)
        {
            var taken = Send(bytes);
            _waiting.Append(bytes[taken..]);
        }
        else
        {
            _waiting.Append(bytes);
            SendWaiting();
        }

        Settle();
    }

    void IChannelOwner.OnEnded()
    {
        _hasEnded = true;
        GoOn();
    }

    void IChannelOwner.OnLost(SocketError error) =>
        End(error == SocketError.OperationAborted ? _session.AbortReason : RelayEndTable.ReasonOf(RelayEnd.ClientReset, _session));

    void IChannelOwner.OnSent()
    {
        _via?.Unhold(this);
        GoOn();
    }

    /// <summary>Something that was in its way may be gone.</summary>
    public void GoOn()
    {
        if (_isTaking || IsGone)
            return;
        SendWaiting();
        Settle();
    }

    private void SendWaiting()
    {
        if (!_waiting.IsEmpty)
            _waiting.Drop(Send(_waiting.Span));
    }

    /// <summary>Sends what may be sent of these bytes, which begin with a request, and gives how many.</summary>
    private int Send(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        _isTaking = true;
        while (sent + _scanned < bytes.Length && CanSend)
        {
            var scan = App.Codec.ScanRequest(bytes[(sent + _scanned)..], ref _scan);
            _scanned += scan.Length;
            if (scan.Status == FrameStatus.Partial)
            {
                if (_scanned > LongestRequest)
                    WantOwn(OwnConnectionCause.LongRequest);
                break;
            }

            var length = _scanned;
            (_scan, _scanned) = (default, 0);
            if (scan.Status == FrameStatus.Malformed)
                WantOwn(OwnConnectionCause.Malformed);
            else if (TrySend(bytes.Slice(sent, length)))
                sent += length;
        }

        _isTaking = false;
        return sent;
    }

    private bool TrySend(ReadOnlySpan<byte> request)
    {
        var traits = App.Codec.Classify(request);
        switch (traits.Class)
        {
            case RequestClass.Alone:
                WantOwn(OwnConnectionCause.Blocking);
                return false;
            case RequestClass.Upgrade:
                _isUpgrading = true;
                return false;
            case RequestClass.Exclusive:
                _via!.Reserve(this);
                break;
            case RequestClass.Own:
                WantOwn(OwnConnectionCause.State);
                return false;
            case RequestClass.Local when App.Codec.IsSaidAgain(request) && _said.Count == MostSaid:
                WantOwn(OwnConnectionCause.State);
                return false;
            case RequestClass.Local or RequestClass.Last:
                if (App.Codec.IsSaidAgain(request))
                    _said.Add(request.ToArray());
                _inFlight++;
                _exchange.Requests++;
                _isLeaving = traits.Class == RequestClass.Last;
                _via!.Give(this, App.Codec.Answer(request, _number));
                return true;
        }

        _inFlight++;
        _exchange.Requests++;
        if (_via!.Cache is { } cache)
            SendOrGive(cache, request, traits);
        else
            SendUncached(request, traits);
        return true;
    }

    /// <summary>As soon as nothing of it is under way.</summary>
    private void WantOwn(OwnConnectionCause cause)
    {
        OwnBecause = _exchange.Own = cause;
        _session.App.State.OwnConnections(cause).Add(1);
    }
}
