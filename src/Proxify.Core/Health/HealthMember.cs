namespace Proxify.Health;

/// <summary>A target as its app's panic sees it.</summary>
/// <param name="Target">The target.</param>
/// <param name="TakesSessions">Its weight is above 0.</param>
/// <param name="IsBackup">Used only when no other is available.</param>
internal readonly record struct HealthMember(TargetHealth Target, bool TakesSessions, bool IsBackup);
