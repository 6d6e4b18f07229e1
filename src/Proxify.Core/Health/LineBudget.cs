using Proxify.Telemetry;

namespace Proxify.Health;

/// <summary>How many log lines a target gets: a burst, then one per <see cref="Refill"/>. What flaps five times a second shall not fill the log.</summary>
internal sealed class LineBudget(TimeProvider timeProvider)
{
    public const int Burst = 6;

    public static readonly TimeSpan Refill = TimeSpan.FromSeconds(10);

    private double _lines = Burst;
    private long _at = timeProvider.GetTimestamp();
    private long _suppressed;

    /// <param name="suppressed">Lines held back since the last one that passed.</param>
    public bool TryPass(out Count suppressed)
    {
        var now = timeProvider.GetTimestamp();
        _lines = Math.Min(Burst, _lines + timeProvider.GetElapsedTime(_at, now) / Refill);
        _at = now;
        suppressed = default;
        if (_lines < 1)
        {
            _suppressed++;
            return false;
        }

        _lines--;
        suppressed = Count.Besides(_suppressed, _suppressed == 1 ? "change before was not logged" : "changes before were not logged");
        _suppressed = 0;
        return true;
    }
}
