namespace Proxify.Health;

/// <summary>What is known of a watched target that is not simply good: for another process, which goes on watching it.</summary>
/// <param name="IsDown">By its checks.</param>
/// <param name="LastFailure">What the latest check that failed has come to; null: none has.</param>
/// <param name="Since">Since when it is up, or is not.</param>
/// <param name="Phase">Of its ejection.</param>
/// <param name="Cause">Of the latest ejection.</param>
/// <param name="Level">Ejections that count for how long the next one lasts.</param>
/// <param name="Lasts">How long the latest ejection lasts.</param>
/// <param name="Left">What is left of that.</param>
internal sealed record HealthState(
    bool IsDown, string? LastFailure, DateTimeOffset Since, EjectPhase Phase, EjectCause Cause, int Level, TimeSpan Lasts, TimeSpan Left);
