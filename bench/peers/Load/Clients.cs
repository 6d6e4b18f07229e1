using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Proxify.Linux;

namespace Proxify.Peers.Load;

/// <summary>Connections on one thread, each with so many requests in flight: a new one for each reply.</summary>
sealed class Clients : IDisposable
{
    const int BufferLength = 64 * 1024;

    /// <summary>One of so many requests is for a cold key, where there are any.</summary>
    const int ColdEvery = 10;

    readonly Exchange _exchange;
    readonly int _depth;
    readonly Client[] _clients;
    readonly Epoll _epoll = new();
    readonly Thread _thread;
    readonly Latencies _latencies = new();

    readonly byte[] _in = new byte[BufferLength];
    readonly byte[] _out;

    /// <summary>The requests in flight: for each client a ring of <c>depth</c>.</summary>
    readonly (ulong Key, long AskedAt)[] _asked;

    uint _random = 2_463_534_242;
    int _sinceCold;
    int _cold;
    long _measuredFrom;
    int _id;
    long _count;
    string? _trouble;
    volatile bool _isMeasured;
    volatile bool _isOver;

    /// <exception cref="BenchException">There is nobody to connect to.</exception>
    public Clients(int port, Exchange exchange, int connections, int depth)
    {
        _exchange = exchange;
        _depth = depth;
        _asked = new (ulong, long)[connections * depth];
        _out = new byte[depth * exchange.Request.Length];
        _clients = new Client[connections];
        try
        {
            for (var i = 0; i < connections; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                _clients[i] = new Client(socket, i * depth, exchange.Reply.Length);
                socket.Connect(IPAddress.Loopback, port);
                if (!_epoll.TryAdd(socket.SafeHandle, Epoll.In, (ulong)i))
                    throw new BenchException("epoll_ctl: refused");
            }
        }
        catch (Exception wrong) when (wrong is SocketException or BenchException)
        {
            Release();
            throw new BenchException($"after {_clients.Count(client => client is not null) - 1} connections: {wrong.Message}");
        }
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Replies so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Requests so far: all that are answered, and as many as there are in flight.</summary>
    public long Asked => Count + _asked.Length;

    /// <summary>The thread's processor time.</summary>
    public TimeSpan Cpu => CpuClock.OfThread(Volatile.Read(ref _id));

    /// <summary>Replies that come from now on count among the latencies.</summary>
    public void StartMeasuring()
    {
        _measuredFrom = Stopwatch.GetTimestamp();
        _isMeasured = true;
    }

    public void StopMeasuring() => _isMeasured = false;

    /// <exception cref="BenchException">A connection was lost, or a reply was not what it must be.</exception>
    public void ThrowIfAny()
    {
        if (Volatile.Read(ref _trouble) is { } trouble)
            throw new BenchException(trouble);
    }

    /// <summary>Ends all of it, and tells what took how long.</summary>
    /// <exception cref="BenchException">A client got no reply while it was measured.</exception>
    public Latencies End()
    {
        Stop();
        var silent = _clients.Count(client => client.LastReplyAt < _measuredFrom);
        return silent == 0 ? _latencies : throw new BenchException($"{silent} clients got no reply in all that time");
    }

    public void Dispose()
    {
        Stop();
        Release();
    }

    void Stop()
    {
        _isOver = true;
        // Wakes the thread, should no reply come any more.
        foreach (var client in _clients)
            _ = RawSocket.TryShutdown(client.Descriptor);
        _thread.Join();
    }

    void Release()
    {
        foreach (var client in _clients)
            client?.Socket.Dispose();
        _epoll.Dispose();
    }

    void Run()
    {
        Volatile.Write(ref _id, CpuClock.ThisThread());
        try
        {
            foreach (var client in _clients)
                Ask(client, _depth, Stopwatch.GetTimestamp());
            Span<(uint Events, ulong Data)> ready = stackalloc (uint, ulong)[64];
            while (!_isOver)
            {
                var count = _epoll.Wait(ready);
                for (var i = 0; i < count; i++)
                    Take(_clients[ready[i].Data]);
            }
        }
        catch (BenchException wrong)
        {
            if (!_isOver)
                Volatile.Write(ref _trouble, wrong.Message);
        }
    }

    // AggressiveOptimization: compiled once and for all, not again in the middle of a measurement.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Take(Client client)
    {
        client.Rest.AsSpan(0, client.RestLength).CopyTo(_in);
        var received = RawSocket.Receive(client.Descriptor, _in.AsSpan(client.RestLength));
        if (received == -1)
            return;
        if (received <= 0)
            throw new BenchException(received == 0 ? "a connection was closed" : "a connection was lost");

        var now = Stopwatch.GetTimestamp();
        var left = _in.AsSpan(0, client.RestLength + received);
        var replies = 0;
        for (var length = _exchange.Reply.Length; left.Length >= length; left = left[length..])
        {
            if (replies == _depth)
                throw Unexpected(left); // nothing was asked for
            ref var asked = ref _asked[client.Oldest];
            if (!_exchange.Reply.BeginsWith(left[..length], asked.Key))
                throw Unexpected(left);
            if (_isMeasured)
                _latencies.Add(now - asked.AskedAt);
            client.Oldest = client.Oldest + 1 < client.First + _depth ? client.Oldest + 1 : client.First;
            replies++;
        }
        // The beginning of a reply; an error, say, would be shorter, and the rest of it waited for.
        if (left.Length > 0 && (replies == _depth || !_exchange.Reply.BeginsWith(left, _asked[client.Oldest].Key)))
            throw Unexpected(left);

        left.CopyTo(client.Rest);
        client.RestLength = left.Length;
        Volatile.Write(ref _count, _count + replies);
        if (replies > 0)
        {
            client.LastReplyAt = now;
            Ask(client, replies, now);
        }
    }

    /// <summary>Sends requests in place of those that are answered: the oldest places of the ring are free.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Ask(Client client, int count, long now)
    {
        var length = _exchange.Request.Length;
        var place = client.Oldest - count < client.First ? client.Oldest - count + _depth : client.Oldest - count;
        for (var i = 0; i < count; i++)
        {
            var key = Exchange.Digits(NextKey());
            _exchange.Request.Write(_out.AsSpan(i * length), key);
            _asked[place] = (key, now);
            place = place + 1 < client.First + _depth ? place + 1 : client.First;
        }
        if (!RawSocket.TrySend(client.Descriptor, _out.AsSpan(0, count * length), waits: false))
            throw new BenchException("a connection took no request");
    }

    int NextKey()
    {
        if (_exchange.ColdKeys > 0 && ++_sinceCold == ColdEvery)
        {
            _sinceCold = 0;
            return _cold < _exchange.ColdKeys ? Exchange.HotKeys + _cold++ : throw new BenchException("out of keys that nobody has asked for yet");
        }
        // Marsaglia's xorshift: the same keys for everybody.
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return (int)(_random % Exchange.HotKeys);
    }

    static BenchException Unexpected(ReadOnlySpan<byte> reply) =>
        new($"not the reply to that request: {Encoding.Latin1.GetString(reply[..Math.Min(reply.Length, 100)]).ReplaceLineEndings("↵")}");

    sealed class Client(Socket socket, int first, int replyLength)
    {
        public Socket Socket => socket;

        public int Descriptor { get; } = (int)socket.Handle;

        /// <summary>Its ring's place among all.</summary>
        public int First { get; } = first;

        /// <summary>The place of the request that the next reply belongs to.</summary>
        public int Oldest { get; set; } = first;

        /// <summary>The beginning of a reply of which the end has not come.</summary>
        public byte[] Rest { get; } = new byte[replyLength];

        public int RestLength { get; set; }

        public long LastReplyAt { get; set; }
    }
}
