using System.Diagnostics;
using System.Numerics;

namespace Proxify.Peers.Load;

/// <summary>How often what took how long, each to within 2 %.</summary>
sealed class Latencies
{
    // Each power of two in 64 steps.
    const int StepBits = 6;

    readonly long[] _counts = new long[(65 - StepBits) << StepBits];

    /// <param name="ticks">Of <see cref="Stopwatch"/>.</param>
    public void Add(long ticks)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)ticks) - StepBits);
        _counts[(shift << StepBits) + (int)(ticks >> shift)]++;
    }

    /// <summary>What that part of all took at most, in milliseconds; null when there are none.</summary>
    public double? Milliseconds(double part)
    {
        var left = (long)Math.Ceiling(part * _counts.Sum());
        for (var i = 0; i < _counts.Length; i++)
            if ((left -= _counts[i]) <= 0 && _counts[i] > 0)
            {
                var shift = Math.Max(0, (i >> StepBits) - 1);
                return 1000.0 * ((long)(i - (shift << StepBits)) << shift) / Stopwatch.Frequency;
            }
        return null;
    }
}
