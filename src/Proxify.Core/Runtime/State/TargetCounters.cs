namespace Proxify.Runtime;

/// <summary>What an endpoint's sessions came to. Plain numbers, as they change twice in a session's life, and there may be 10,000 endpoints.</summary>
internal sealed class TargetCounters
{
    private long _sessions;
    private long _connectFailures;
    private long _bytesReceived;
    private long _bytesSent;
    private long _connectMicroseconds;
    private double _connectAverage = double.NaN;

    /// <summary>Sessions that have reached it.</summary>
    public long Sessions => Volatile.Read(ref _sessions);

    /// <summary>Dials that have come to nothing.</summary>
    public long ConnectFailures => Volatile.Read(ref _connectFailures);

    /// <summary>The time of all connects that have reached it, in seconds.</summary>
    public double ConnectSeconds => Volatile.Read(ref _connectMicroseconds) / 1e6;

    /// <summary>A moving average of the same, each connect an eighth; null: there was none.</summary>
    public TimeSpan? ConnectAverage => Volatile.Read(ref _connectAverage) is var seconds && double.IsNaN(seconds) ? null : TimeSpan.FromSeconds(seconds);

    /// <summary>Bytes that it has sent; a session's count while it lives, when somebody asks.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Bytes that its clients have sent, likewise.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <param name="time">Of the dial that has reached it, TLS included.</param>
    public void NoteConnect(TimeSpan time)
    {
        Interlocked.Increment(ref _sessions);
        Interlocked.Add(ref _connectMicroseconds, (long)time.TotalMicroseconds);
        // Of two at once one may not count: it is an average.
        var before = Volatile.Read(ref _connectAverage);
        Volatile.Write(ref _connectAverage, double.IsNaN(before) ? time.TotalSeconds : before + ((time.TotalSeconds - before) / 8));
    }

    public void NoteConnectFailure() => Interlocked.Increment(ref _connectFailures);

    public void NoteBytes(long received, long sent)
    {
        if (received > 0)
            Interlocked.Add(ref _bytesReceived, received);
        if (sent > 0)
            Interlocked.Add(ref _bytesSent, sent);
    }
}
