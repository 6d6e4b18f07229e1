namespace Proxify.Health;

/// <summary>Where a target is between being ejected and being back.</summary>
internal enum EjectPhase
{
    /// <summary>Not ejected.</summary>
    In,

    /// <summary>No session goes there.</summary>
    Out,

    /// <summary>The time is over: the next session is the trial.</summary>
    TrialOpen,

    /// <summary>One session tries it; others stay away.</summary>
    Trying,
}
