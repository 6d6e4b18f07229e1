namespace Proxify.Health;

/// <summary>Who has to do something when a target's status changes. Called without a lock, on whichever thread found out.</summary>
internal interface IHealthEvents
{
    /// <summary>Down by checks, or silent: its live sessions may have to end.</summary>
    void WentDown(TargetHealth target);

    /// <summary>Ejected or down: its checks go at the fast pace from now on.</summary>
    void WentOut(TargetHealth target);
}
