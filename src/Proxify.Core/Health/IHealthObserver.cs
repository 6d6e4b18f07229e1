namespace Proxify.Health;

/// <summary>Who has to do something when a target goes down. Called without a lock, on whichever thread found out.</summary>
internal interface IHealthObserver
{
    /// <summary>Down by checks, or silent: its live sessions may have to end. (An ejection for failed connects says nothing of those.)</summary>
    void WentDown(TargetHealth target);
}
