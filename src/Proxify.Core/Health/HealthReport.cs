namespace Proxify.Health;

/// <summary>What is thought of a target, for people.</summary>
/// <param name="State">
/// <c>up</c>; <c>down</c> by its checks; <c>ejected</c> for what sessions have met; <c>trial</c>: a session may bring it back; <c>unwatched</c>.
/// </param>
/// <param name="Why">Why it is not up.</param>
/// <param name="Since">Since when it is up, or is not; null: nobody watches it.</param>
internal readonly record struct HealthReport(string State, string? Why, DateTimeOffset? Since)
{
    public static HealthReport Unwatched { get; } = new("unwatched", null, null);
}
