using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Proxify.Transport.Uring;

/// <summary>What one worker has done since its start: written by its thread alone, read by anyone, on cache lines of its own.</summary>
[StructLayout(LayoutKind.Sequential)]
internal sealed class WorkerCounters
{
    private readonly Padding _before;
    private long _starved;
    private long _splices;
    private long _overflows;
    private long _batches;
    private readonly Padding _after;

    /// <summary>Receives that found no shared buffer.</summary>
    public long Starved => Volatile.Read(ref _starved);

    /// <summary>Switches of a direction to splice(2).</summary>
    public long Splices => Volatile.Read(ref _splices);

    /// <summary>Batches that left completions behind because their queue was full.</summary>
    public long Overflows => Volatile.Read(ref _overflows);

    /// <summary>Batches of completions, empty ones included.</summary>
    public long Batches => Volatile.Read(ref _batches);

    public void CountBatch() => _batches++;

    public void CountStarved() => _starved++;

    public void CountSplice() => _splices++;

    public void CountOverflow() => _overflows++;

    [InlineArray(16)]
    private struct Padding
    {
        private long _first;
    }
}
