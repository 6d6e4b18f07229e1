using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>How many connections one rule of one app has refused since the last line about them, and one of these. From any thread, without a lock.</summary>
/// <param name="first">The first of them.</param>
internal sealed class RefusalTally(TcpEndpoint first)
{
    /// <summary>So low that no flood counts it up to 1.</summary>
    private const long Ended = long.MinValue;

    private long _count = 1;
    private TcpEndpoint _example = first;
    private int _isExampleTaken;

    /// <summary>The latest of them, or nearly.</summary>
    public TcpEndpoint Example
    {
        get
        {
            var wait = default(SpinWait);
            while (!TryTakeExample())
                wait.SpinOnce();
            var example = _example;
            FreeExample();
            return example;
        }
    }

    /// <summary>Counts one more; false: the tally has ended, and is to be replaced.</summary>
    public bool TryAdd(TcpEndpoint client)
    {
        // An endpoint cannot be written at once. Any will do: whoever finds somebody else writing leaves it to him.
        if (TryTakeExample())
        {
            _example = client;
            FreeExample();
        }

        return Interlocked.Increment(ref _count) > 0;
    }

    /// <summary>The count, which begins anew. One caller at a time, and not after the end.</summary>
    public long Take() => Interlocked.Exchange(ref _count, 0);

    /// <summary>Ends it if it has counted nothing: nobody can add to it from then on.</summary>
    public bool TryEnd() => Interlocked.CompareExchange(ref _count, Ended, 0) == 0;

    private bool TryTakeExample() => Interlocked.Exchange(ref _isExampleTaken, 1) == 0;

    private void FreeExample() => Volatile.Write(ref _isExampleTaken, 0);
}
