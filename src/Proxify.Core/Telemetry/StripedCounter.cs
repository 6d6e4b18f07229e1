namespace Proxify.Telemetry;

/// <summary>
/// A counter that many threads add to and few read: a cell per processor, each on its own cache line, so that adding never fights over a line. Reading sums the
/// cells.
/// </summary>
internal sealed class StripedCounter
{
    // 64-byte cache lines, fetched in pairs: 128 bytes between cells.
    private const int LongsPerCell = 16;

    private static readonly int Mask = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 64)) - 1;

    private readonly long[] _cells = new long[(Mask + 1) * LongsPerCell];

    public long Value
    {
        get
        {
            long sum = 0;
            for (var i = 0; i < _cells.Length; i += LongsPerCell)
                sum += Volatile.Read(ref _cells[i]);
            return sum;
        }
    }

    public void Add(long value) => Interlocked.Add(ref _cells[(Thread.GetCurrentProcessorId() & Mask) * LongsPerCell], value);
}
