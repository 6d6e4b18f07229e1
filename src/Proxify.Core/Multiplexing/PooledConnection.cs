using System.Diagnostics;
using System.Net.Sockets;
using Proxify.Framing;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Transport;

namespace Proxify.Multiplexing;

/// <summary>
/// A connection to a target that carries the requests of many clients, one behind the other, and gives each its replies. On its worker's thread.
/// </summary>
internal sealed partial class PooledConnection(ConnectionPool pool, Session founder) : IConnectionHandler, IChannelOwner
{
    /// <summary>With so much that the target has not taken, clients wait.</summary>
    private const int MostUnsent = 1 << 20;

    /// <summary>The same of what it has not answered.</summary>
    private const int MostUnanswered = 16 << 20;

    private readonly TaskCompletionSource<SocketError> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IFrameCodec _codec = pool.App.Codec;
    private readonly RequestCounters _counters = pool.Target.CountRequests();
    private readonly Queue<PendingReply> _pending = new();
    private readonly HashSet<SharedClient> _blocked = [];
    private IWorkerTimer _timer = null!;
    private PooledSession _session = null!;
    private IChannel? _channel;
    private ByteQueue _unanswered;
    private ScanState _reply;
    private SharedClient? _heldBy;
    private SharedClient? _reservedBy;
    private long _heldSince;
    private long _lastProgress;
    private long _idleSince;
    private int _awaited;
    private int _batch;
    private bool _isInMidReply;
    private bool _isTimed;

    /// <summary>Clients that send over it.</summary>
    public int Clients { get; set; }

    /// <summary>Ends with success when it may be used.</summary>
    public Task<SocketError> Opened => _opened.Task;

    public bool IsOpen => _channel is not null;

    public bool IsOver { get; private set; }

    /// <summary>Whether it takes requests at this moment.</summary>
    public bool IsTakingFrom(SharedClient client) => _channel is { Unsent: < MostUnsent } && _unanswered.Length < MostUnanswered
        && IsFreeFor(client) && !IsOver && !IsRetiring;

    /// <summary>Neither does a client keep the others from their replies, nor has one reserved it.</summary>
    public bool IsFree => _heldBy is null && _reservedBy is null;

    /// <summary>As <see cref="IsFree"/>, except by the client itself.</summary>
    public bool IsFreeFor(SharedClient client) => _heldBy is null && (_reservedBy is null || _reservedBy == client);

    /// <summary>Whether its pool has another one for those who cannot use this.</summary>
    public bool HasSibling => pool.HasFree;

    /// <summary>It is for this client alone until what it has under way is answered.</summary>
    public void Reserve(SharedClient client) => _reservedBy = client;

    /// <summary>Ends <see cref="Reserve"/>.</summary>
    /// <param name="client">Whoever it is; of no effect where another one has reserved it, or nobody.</param>
    /// <param name="isAnswered">False: the client has left before, and the server may keep everybody waiting for as long as it was asked to.</param>
    public void Release(SharedClient client, bool isAnswered)
    {
        if (_reservedBy != client)
            return;
        _reservedBy = null;
        _lastProgress = pool.Worker.Now;
        if (!isAnswered)
            Retire();
        LetBlockedGoOn();
    }

    /// <summary>Whether one has reserved it.</summary>
    public bool IsReserved => _reservedBy is not null;

    public async ValueTask HandleAsync(Connection origin)
    {
        var error = SocketError.OperationAborted;
        _session = new PooledSession(origin, founder, this, pool.TimeProvider.GetTimestamp());
        _session.ServeAt(pool.Target);
        try
        {
            var dial = await pool.Dialer.DialAsync(_session, pool.Endpoint);
            error = dial.Error;
            if (dial.Connection is { } target)
                await ServeAsync(target);
        }
        finally
        {
            End(error);
        }
    }

    public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff) => throw new UnreachableException();

    public void OnHandlerError(Connection client, Exception exception) => pool.ReportDefect(exception);

    /// <summary>Sends a request.</summary>
    /// <param name="client">Whose it is; null: the cache's.</param>
    /// <param name="request">All of it.</param>
    /// <param name="traits">What the codec knows of it.</param>
    /// <param name="lost">How often it was sent before, on connections that were lost.</param>
    /// <param name="flight">Its reply may be kept.</param>
    public void Send(SharedClient? client, ReadOnlySpan<byte> request, in RequestTraits traits, byte lost = 0, Flight? flight = null)
    {
        _channel!.Write(request);
        _session.CountSent(request.Length);
        _unanswered.Append(request);
        if (_pending.Count == 0)
            _lastProgress = pool.Worker.Now;
        _pending.Enqueue(new()
        {
            Client = client,
            Flight = flight,
            Length = request.Length,
            Traits = traits,
            Lost = lost,
            SentAt = pool.Worker.Timestamp,
        });
        _awaited++;
        _batch++;
        if (lost > 0)
            _counters.SentAgain.Add(1);
        if (!_isTimed)
            LookLater();
    }

    /// <summary>Gives a client a reply that is none of the target's, in its turn.</summary>
    public void Give(SharedClient client, byte[] reply)
    {
        _pending.Enqueue(new() { Client = client, Given = reply });
        if (_pending.Count == 1)
            GiveDue();
    }

    /// <summary>Sends a request whose reply may be kept.</summary>
    public void Lead(SharedClient client, ReadOnlySpan<byte> request, in RequestTraits traits, ReadOnlySpan<byte> key, Flight flight)
    {
        Send(client, request, traits, flight: flight);
        if (flight.IsKept && pool.Cache!.Codec is { TellsLifetimes: true } codec)
            Send(client: null, codec.LifetimeOf(key), new(RequestClass.Read), flight: flight);
    }

    /// <summary>Gives a client, in its turn, the reply that another client's request gets before.</summary>
    public void Follow(SharedClient client, Flight flight, in RequestTraits traits) =>
        _pending.Enqueue(new() { Client = client, Flight = flight, Traits = traits });

    /// <summary>What is kept of its replies; null: nothing.</summary>
    public ReplyCache? Cache => pool.Cache;

    /// <summary>Has the client go on when it takes requests again.</summary>
    public void WaitForRoom(SharedClient client) => _blocked.Add(client);

    /// <summary>The client has taken its replies, or has left.</summary>
    public void Unhold(SharedClient client)
    {
        if (_heldBy != client)
            return;
        _heldBy = null;
        _lastProgress = pool.Worker.Now;
        _channel?.Resume();
        LetBlockedGoOn();
    }

    /// <summary>A client is gone.</summary>
    public void NoteLeft()
    {
        if (Clients > 0 || IsOver)
            return;
        _idleSince = pool.Worker.Now;
        if (!_isTimed)
            LookLater();
    }

    bool IChannelOwner.Gathers => true;

    void IChannelOwner.OnEnded() => Lose();

    void IChannelOwner.OnLost(SocketError error) => Lose();

    void IChannelOwner.OnSent()
    {
        CountBatch();
        LetBlockedGoOn();
    }

    private async ValueTask ServeAsync(Connection target)
    {
        _session.Target = target;
        _session.ConnectedAt = pool.TimeProvider.GetTimestamp();
        pool.Registry.Add(_session);
        _timer = pool.Worker.NewTimer(Look);
        try
        {
            _channel = target.OpenChannel(this);
            if (_channel is null)
                return;
            _channel.Resume();
            if (_codec.Greeting.Length > 0)
                Send(client: null, _codec.Greeting, new(RequestClass.Read));
            NoteLeft(); // whoever wanted it may have gone
            _opened.TrySetResult(SocketError.Success);
            await _ended.Task;
        }
        finally
        {
            _timer.Stop();
            _channel = null;
            target.Reset();
            target.Transform?.Dispose();
            _session.CountBytes();
            pool.Registry.Remove(_session);
        }
    }

    private void End(SocketError error)
    {
        IsOver = true;
        pool.Remove(this);
        _opened.TrySetResult(error == SocketError.Success ? SocketError.ConnectionReset : error);
        Lose();
    }
}
