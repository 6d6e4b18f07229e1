namespace Proxify.Transport.Net;

/// <summary>The pauses of a listener that cannot accept for want of a resource: 50 ms, then twice as long each time, up to 1 s.</summary>
internal struct AcceptBackoff
{
    private const int First = 50;
    private const int Longest = 1000;

    private int _last;

    /// <summary>The next pause.</summary>
    public TimeSpan Next()
    {
        _last = Math.Clamp(_last * 2, First, Longest);
        return TimeSpan.FromMilliseconds(_last);
    }

    /// <summary>A connection was accepted.</summary>
    public void Reset() => _last = 0;
}
