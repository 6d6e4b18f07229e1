using System.Numerics;

namespace Proxify.Transport.Uring;

/// <summary>
/// A worker's timers: a hierarchy of wheels of 64 places, each place of a higher wheel as long as the whole wheel below (Varghese and Lauck, 1987). Setting and
/// stopping a timer is a list operation; timers fire up to one <see cref="TickMilliseconds"/> late, never early.
/// </summary>
internal sealed class TimerWheel
{
    public const int TickMilliseconds = 8;

    private const int PlaceBits = 6;
    private const int Places = 1 << PlaceBits;
    private const int Levels = 5;

    /// <summary>97 days, one place less than the highest wheel's turn; what is due later is looked at again then.</summary>
    private const long Horizon = (1L << (PlaceBits * Levels)) - (1L << (PlaceBits * (Levels - 1))) - 1;

    private readonly WheelTimer[] _heads = [.. Enumerable.Range(0, Levels * Places).Select(_ => new WheelTimer(owner: null))];
    private readonly WheelTimer _due = new(owner: null);
    private readonly ulong[] _occupied = new ulong[Levels];
    private long _now;


    /// <summary>Timers that are set.</summary>
    public int Count { get; private set; }

    /// <summary>Sets or moves a timer to <paramref name="atMilliseconds"/> of the worker's clock.</summary>
    public void Set(WheelTimer timer, long atMilliseconds)
    {
        Stop(timer);
        Count++;
        timer.Due = Math.Max((atMilliseconds + TickMilliseconds - 1) / TickMilliseconds, _now + 1);
        Place(timer);
    }

    public void Stop(WheelTimer timer)
    {
        if (!timer.IsLinked)
            return;
        timer.Unlink(); // its place's bit may stay set: looking there once too often is harmless
        Count--;
    }

    /// <summary>When <see cref="Advance"/> has something to do next, in milliseconds; <see cref="long.MaxValue"/> when never.</summary>
    public long NextMilliseconds => TryFindNext(out _, out _, out var tick) ? tick * TickMilliseconds : long.MaxValue;

    /// <summary>Fires what is due.</summary>
    public void Advance(long nowMilliseconds)
    {
        var now = nowMilliseconds / TickMilliseconds;
        if (now <= _now)
            return;
        while (TryFindNext(out var level, out var place, out var tick) && tick <= now)
        {
            _now = Math.Max(_now, tick);
            _occupied[level] &= ~(1UL << place);
            _due.TakeFrom(_heads[(level * Places) + place]);
            while (_due.IsLinked)
            {
                var timer = _due.Next;
                timer.Unlink();
                if (timer.Due > _now)
                {
                    Place(timer); // on a lower wheel
                    continue;
                }

                Count--;
                timer.Expire();
            }
        }

        _now = now;
    }

    private void Place(WheelTimer timer)
    {
        // The highest bit in which due time and now differ tells the wheel: it is the first wheel whose current turn contains the due time.
        var due = Math.Min(timer.Due, _now + Horizon);
        var level = Math.Min(BitOperations.Log2((ulong)(due ^ _now) | (Places - 1)) / PlaceBits, Levels - 1);
        var place = (int)(due >> (level * PlaceBits)) & (Places - 1);
        timer.LinkBefore(_heads[(level * Places) + place]);
        _occupied[level] |= 1UL << place;
    }

    private bool TryFindNext(out int level, out int place, out long tick)
    {
        for (level = 0; level < Levels; level++)
        {
            if (_occupied[level] == 0)
                continue;
            var shift = level * PlaceBits;
            var current = (int)(_now >> shift) & (Places - 1);
            var ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(_occupied[level], current));
            place = (current + ahead) & (Places - 1);
            tick = ((_now >> shift) + ahead) << shift;
            return true;
        }

        place = 0;
        tick = long.MaxValue;
        return false;
    }
}
