using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Proxify.Transport.Uring;

/// <summary>What one worker has done since its start: written by its thread alone, read by anyone, on cache lines of its own.</summary>
[StructLayout(LayoutKind.Sequential)]
internal sealed class WorkerCounters
{
    private readonly Padding _before;
    private long _accepted;
    private long _dialled;
    private long _relayed;
    private long _starved;
    private long _evicted;
    private long _splices;
    private long _overflows;
    private long _batches;
    private readonly Padding _after;

    /// <summary>Connections accepted.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections dialled with success.</summary>
    public long Dialled => Volatile.Read(ref _dialled);

    /// <summary>Relays started.</summary>
    public long Relayed => Volatile.Read(ref _relayed);

    /// <summary>Receives that found no shared buffer.</summary>
    public long Starved => Volatile.Read(ref _starved);

    /// <summary>Times that a slow peer's bytes were moved out of the shared buffers.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Switches of a direction to splice(2).</summary>
    public long Splices => Volatile.Read(ref _splices);

    /// <summary>Batches that left completions behind because their queue was full.</summary>
    public long Overflows => Volatile.Read(ref _overflows);

    /// <summary>Batches of completions, empty ones included.</summary>
    public long Batches => Volatile.Read(ref _batches);

    public void CountBatch() => _batches++;

    public void CountAccepted() => _accepted++;

    public void CountDialled() => _dialled++;

    public void CountRelayed() => _relayed++;

    public void CountStarved() => _starved++;

    public void CountEvicted() => _evicted++;

    public void CountSplice() => _splices++;

    public void CountOverflow() => _overflows++;

    [InlineArray(16)]
    private struct Padding
    {
        private long _first;
    }
}
