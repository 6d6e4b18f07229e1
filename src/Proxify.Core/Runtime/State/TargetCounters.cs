namespace Proxify.Runtime;

/// <summary>What an endpoint's sessions came to. Plain numbers, as they change twice in a session's life, and there may be 10,000 endpoints.</summary>
internal sealed class TargetCounters
{
    private long _sessions;
    private long _connectFailures;
    private long _bytesReceived;
    private long _bytesSent;

    /// <summary>Sessions that have reached it.</summary>
    public long Sessions => Volatile.Read(ref _sessions);

    /// <summary>Dials that have come to nothing.</summary>
    public long ConnectFailures => Volatile.Read(ref _connectFailures);

    /// <summary>Bytes that it has sent, of ended sessions.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Bytes that its clients have sent, of ended sessions.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    public void NoteConnect() => Interlocked.Increment(ref _sessions);

    public void NoteConnectFailure() => Interlocked.Increment(ref _connectFailures);

    public void NoteEnd(long received, long sent)
    {
        Interlocked.Add(ref _bytesReceived, received);
        Interlocked.Add(ref _bytesSent, sent);
    }
}
