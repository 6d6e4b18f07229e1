namespace Proxify.Balancing;

/// <summary>Slow start of one endpoint.</summary>
/// <param name="duration">Until it has its full weight.</param>
/// <param name="timeProvider">The clock; it begins now.</param>
internal sealed class WarmUp(TimeSpan duration, TimeProvider timeProvider)
{
    /// <summary>At least this share from the beginning: an endpoint without any session never gets warm.</summary>
    public const double Least = 0.1;

    private readonly long _startedAt = timeProvider.GetTimestamp();

    /// <summary>Of the weight, now: grows evenly from <see cref="Least"/> to 1.</summary>
    public double Share => Math.Min(1, Least + ((1 - Least) * (timeProvider.GetElapsedTime(_startedAt) / duration)));
}
