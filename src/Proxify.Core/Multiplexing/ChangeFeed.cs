using System.Diagnostics;
using System.Net.Sockets;
using Proxify.Framing;
using Proxify.Sessions;
using Proxify.Transport;

namespace Proxify.Multiplexing;

/// <summary>
/// The connection over which a server tells which keys have changed. The cache is in use only while it stands and gives signs of life; when it is lost,
/// everything is forgotten, and it is dialled again.
/// </summary>
internal sealed class ChangeFeed : IConnectionHandler, IChannelOwner, IKeyVisitor
{
    private const int ProbeMilliseconds = 1_000;
    private const int FirstRetryMilliseconds = 50;
    private const int LastRetryMilliseconds = 1_600;

    /// <summary>A longer message is not waited for: all that it could say is that much has changed.</summary>
    private const int LongestMessage = 16 << 20;

    private readonly ConnectionPool _pool;
    private readonly Session _founder;
    private readonly ReplyCache _cache;
    private readonly IWorkerTimer _timer;
    private readonly IReadOnlyList<byte[]> _subscription;
    private TaskCompletionSource _ended = new();
    private IChannel? _channel;
    private ByteQueue _received;
    private ScanState _scan;
    private int _scanned;
    private int _answered;
    private int _asked;
    private int _retryMilliseconds = FirstRetryMilliseconds;
    private bool _isStopped;
    private bool _isRunning;

    public ChangeFeed(ConnectionPool pool, Session founder, ReplyCache cache, IReadOnlyList<ReadOnlyMemory<byte>> prefixes)
    {
        _pool = pool;
        _founder = founder;
        _cache = cache;
        _subscription = cache.Codec.Subscribe(prefixes);
        _timer = pool.Worker.NewTimer(OnTimer);
    }

    public void Start()
    {
        if (_subscription.Count == 0)
            _cache.Begin(); // nobody will tell: entries last for their time
        else
            Dial();
    }

    public void Stop()
    {
        _isStopped = true;
        _timer.Stop();
        _cache.Stop();
        _ended.TrySetResult();
    }

    public async ValueTask HandleAsync(Connection origin)
    {
        var session = new PooledSession(origin, _founder, connection: null, _pool.TimeProvider.GetTimestamp());
        session.ServeAt(_pool.Target);
        try
        {
            var dial = await _pool.Dialer.DialAsync(session, _pool.Endpoint);
            if (dial.Connection is { } target)
                await ServeAsync(session, target);
        }
        finally
        {
            _isRunning = false;
            if (!_isStopped)
                _timer.Set(_pool.Worker.Now + _retryMilliseconds);
            _retryMilliseconds = Math.Min(2 * _retryMilliseconds, LastRetryMilliseconds);
        }
    }

    public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff) => throw new UnreachableException();

    public void OnHandlerError(Connection client, Exception exception)
    {
        _pool.ReportDefect(exception);
        Lose();
    }

    void IChannelOwner.OnReceived(ReadOnlySpan<byte> bytes)
    {
        _received.Append(bytes);
        while (_scanned < _received.Length)
        {
            var scan = _pool.App.Codec.ScanReply(_received.Span[_scanned..], ReplyShape.Plain, ref _scan);
            _scanned += scan.Length;
            if (scan.Status == FrameStatus.Malformed || _scanned > LongestMessage)
            {
                Lose();
                return;
            }

            if (scan.Status == FrameStatus.Partial)
                return;
            if (_cache.Codec.ReadNews(_received.Span[.._scanned], this) is { } isGood && !Take(isGood))
                return;
            _received.Drop(_scanned);
            (_scan, _scanned) = (default, 0);
        }
    }

    void IChannelOwner.OnEnded() => Lose();

    void IChannelOwner.OnLost(SocketError error) => Lose();

    void IChannelOwner.OnSent()
    {
    }

    void IKeyVisitor.OnKey(ReadOnlySpan<byte> key) => _cache.Invalidate(key);

    void IKeyVisitor.OnAnyKey() => _cache.InvalidateAll();

    /// <summary>An answer to what was asked. False: it is over.</summary>
    private bool Take(bool isGood)
    {
        _answered++;
        if (!isGood && _answered <= _subscription.Count)
        {
            if (_pool.MayLogFeed(out var suppressed))
                MultiplexingLog.NoChangeFeed(_pool.Logger, _pool.App.Name, _pool.Target.Address, suppressed);
            Lose();
            return false;
        }

        if (_answered == _subscription.Count)
            _cache.Begin();
        else if (_answered > _subscription.Count)
            _retryMilliseconds = FirstRetryMilliseconds; // it has stood for a while
        return true;
    }

    private async ValueTask ServeAsync(PooledSession session, Connection target)
    {
        session.Target = target;
        session.ConnectedAt = _pool.TimeProvider.GetTimestamp();
        _pool.Registry.Add(session);
        try
        {
            _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (_scan, _scanned, _answered) = (default, 0, 0);
            _received.Clear();
            _channel = _isStopped ? null : target.OpenChannel(this);
            if (_channel is null)
                return;
            foreach (var request in _subscription)
                _channel.Write(request);
            _asked = _subscription.Count;
            _channel.Resume();
            _timer.Set(_pool.Worker.Now + ProbeMilliseconds);
            await _ended.Task;
        }
        finally
        {
            _channel = null;
            _cache.Stop();
            _timer.Stop();
            target.Reset();
            target.Transform?.Dispose();
            session.CountBytes();
            _pool.Registry.Remove(session);
        }
    }

    private void Dial()
    {
        if (_isRunning)
            return;
        _isRunning = true;
        _pool.Worker.Originate(this);
    }

    /// <summary>Without an answer since the last time nothing that it says can be relied on.</summary>
    private void OnTimer()
    {
        if (_channel is not { } channel)
        {
            Dial();
            return;
        }

        if (_answered < _asked)
        {
            Lose();
            return;
        }

        channel.Write(_cache.Codec.Probe);
        _asked++;
        _timer.Set(_pool.Worker.Now + ProbeMilliseconds);
    }

    private void Lose()
    {
        _cache.Stop();
        _ended.TrySetResult();
    }
}
