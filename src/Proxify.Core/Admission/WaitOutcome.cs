namespace Proxify.Admission;

/// <summary>How a wait ended.</summary>
internal enum WaitOutcome
{
    Entered,

    /// <summary>There was no room for it to wait.</summary>
    LineFull,
    TimedOut,
    Aborted,
}
