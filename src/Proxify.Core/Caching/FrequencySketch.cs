using Proxify.Linux;

namespace Proxify.Caching;

/// <summary>
/// About how often keys were asked for lately, the many that are not kept included: a count-min sketch of four counters a key, four bits each, all in one cache
/// line. Counts are halved once in ten times as many questions as there are entries (G. Einziger, R. Friedman, B. Manes, "TinyLFU: A Highly Efficient Cache
/// Admission Policy", 2017), a few at a time, so that no question waits for all of them.
/// </summary>
internal sealed unsafe class FrequencySketch : IDisposable
{
    /// <summary>The highest count: so often, or more.</summary>
    public const int Most = 15;

    /// <summary>Bytes of counters that a key meets: a cache line.</summary>
    public const int LineBytes = 64;

    private const int WordsInLine = LineBytes / sizeof(ulong);
    private const int Rows = 4;
    private const int Questions = 10;

    private readonly MappedMemory _memory;
    private readonly ulong* _words;
    private readonly uint _lines;
    private uint _next; // the line to be halved next
    private long _due;

    /// <param name="lines">A power of two.</param>
    public FrequencySketch(uint lines)
    {
        _memory = MappedMemory.Zeroed((nuint)lines * LineBytes);
        _words = (ulong*)_memory.Address;
        _lines = lines;
    }

    /// <summary>Counts a question.</summary>
    /// <param name="hash">Of its key.</param>
    /// <param name="entries">How many there are at the moment.</param>
    public void Count(uint hash, long entries)
    {
        var mixed = Mix(hash);
        var line = LineOf(mixed);
        for (var row = 0; row < Rows; row++)
        {
            var (word, shift) = Counter(mixed, row);
            if (((line[word] >> shift) & Most) < Most)
                line[word] += 1UL << shift;
        }

        Age(entries);
    }

    /// <summary>How often, as far as it is remembered: never too few, at most <see cref="Most"/>.</summary>
    public int Of(uint hash)
    {
        var mixed = Mix(hash);
        var line = LineOf(mixed);
        var least = Most;
        for (var row = 0; row < Rows; row++)
        {
            var (word, shift) = Counter(mixed, row);
            least = Math.Min(least, (int)(line[word] >> shift) & Most);
        }

        return least;
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Each line's turn comes once in the period, whatever its length. With few entries it is longer, so that a turn stays short.</summary>
    private void Age(long entries)
    {
        var period = Questions * Math.Max(entries, Math.Max(_lines / 16, 1));
        for (_due += _lines; _due >= period; _due -= period)
        {
            var line = _words + ((nuint)_next * WordsInLine);
            for (var i = 0; i < WordsInLine; i++)
                line[i] = (line[i] >> 1) & 0x7777_7777_7777_7777;
            _next = (_next + 1) & (_lines - 1);
        }
    }

    private ulong* LineOf(ulong mixed) => _words + ((nuint)((uint)(mixed >> 32) & (_lines - 1)) * WordsInLine);

    /// <summary>Each row has two words of the line.</summary>
    private static (int Word, int Shift) Counter(ulong mixed, int row)
    {
        var bits = (int)(mixed >> (row * 8));
        return ((row * 2) + (bits & 1), ((bits >> 1) & 15) * 4);
    }

    /// <summary>SplitMix64's last steps: the hash is also what buckets go by, and entries of one should not share counters.</summary>
    private static ulong Mix(uint hash)
    {
        var value = (hash + 1UL) * 0x9e37_79b9_7f4a_7c15;
        value = (value ^ value >> 30) * 0xbf58_476d_1ce4_e5b9;
        value = (value ^ value >> 27) * 0x94d0_49bb_1331_11eb;
        return value ^ value >> 31;
    }
}
