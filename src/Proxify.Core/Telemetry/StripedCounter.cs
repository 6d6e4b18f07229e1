namespace Proxify.Telemetry;

/// <summary>
/// A counter that many threads add to and few read: a cell per processor, so that adding never fights over a cache line. Reading sums the cells. Counters that
/// belong together (<see cref="Together"/>) share each processor's lines.
/// </summary>
internal sealed class StripedCounter
{
    // 64-byte cache lines, fetched in pairs: what different processors write is 128 bytes apart.
    private const int LongsApart = 16;

    private static readonly int Mask = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 64)) - 1;

    private readonly long[] _cells;
    private readonly int _first;
    private readonly int _apart;

    public StripedCounter()
        : this(NewCells(1), first: 0)
    {
    }

    private StripedCounter(long[] cells, int first)
    {
        _cells = cells;
        _first = first;
        _apart = cells.Length / (Mask + 1);
    }

    public long Value
    {
        get
        {
            long sum = 0;
            for (var i = _first; i < _cells.Length; i += _apart)
                sum += Volatile.Read(ref _cells[i]);
            return sum;
        }
    }

    /// <summary>So many counters that take little more memory than one: 128 bytes per processor for each 16 of them.</summary>
    public static StripedCounter[] Together(int count)
    {
        var cells = NewCells(count);
        return [.. Enumerable.Range(0, count).Select(i => new StripedCounter(cells, i))];
    }

    public void Add(long value) => Interlocked.Add(ref _cells[((Thread.GetCurrentProcessorId() & Mask) * _apart) + _first], value);

    private static long[] NewCells(int count) => new long[(Mask + 1) * ((count + LongsApart - 1) / LongsApart * LongsApart)];
}
