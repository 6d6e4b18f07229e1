using System.Diagnostics;

namespace Proxify.Peers;

/// <summary>Connections one after the other in several threads, each from its handshake to its end.</summary>
sealed class HandshakeLoad : IDisposable
{
    readonly Thread[] _threads;
    readonly bool _resume;
    readonly bool _hasEnd;
    readonly int _port;
    readonly double _perSecond;
    long _count;
    string? _trouble;
    volatile bool _isOver;

    /// <param name="port">The contender's.</param>
    /// <param name="resume">By tickets, but for the first of each thread.</param>
    /// <param name="threads">How many at once.</param>
    /// <param name="perSecond">No more than so many; 0: as many as there can be.</param>
    /// <param name="hasEnd">The target ends each with a word; otherwise the client leaves after the handshake.</param>
    public HandshakeLoad(int port, bool resume, int threads, int perSecond = 0, bool hasEnd = true)
    {
        _port = port;
        _resume = resume;
        _hasEnd = hasEnd;
        _perSecond = (double)perSecond / threads;
        _threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Run) { IsBackground = true })];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Connections that have ended.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <exception cref="BenchException">A connection failed, or was not resumed.</exception>
    public void ThrowIfAny()
    {
        if (Volatile.Read(ref _trouble) is { } trouble)
            throw new BenchException(trouble);
    }

    public void Dispose()
    {
        _isOver = true;
        foreach (var thread in _threads)
            thread.Join();
    }

    void Run()
    {
        try
        {
            using var offer = new TlsOffer();
            var session = nint.Zero;
            var started = Stopwatch.StartNew();
            for (var made = 0; !_isOver; made++)
            {
                if (_perSecond > 0 && made / _perSecond - started.Elapsed.TotalSeconds is > 0 and var early)
                    Thread.Sleep(TimeSpan.FromSeconds(Math.Min(early, 1)));
                using var client = TlsClient.Connect(offer, _port, session);
                if (_hasEnd)
                    client.ReadToEnd();
                if (session != 0 && !client.IsResumed)
                    throw new BenchException("a ticket was not taken");
                if (_resume)
                {
                    OpenSsl.SSL_SESSION_free(session);
                    session = client.TakeSession();
                }

                client.End();
                Interlocked.Increment(ref _count);
            }

            OpenSsl.SSL_SESSION_free(session);
        }
        catch (BenchException wrong) when (!_isOver)
        {
            Interlocked.CompareExchange(ref _trouble, wrong.Message, null);
        }
        catch (BenchException)
        {
            // The contender is being ended.
        }
    }
}
