namespace Proxify.Runtime;

/// <summary>Does the work that follows a change of what is in force: health, for one.</summary>
internal interface IRuntimeObserver
{
    /// <summary>
    /// Something else is in force now. One call at a time, in the order of the changes, on any thread; the next change waits for it. An exception takes a
    /// change of the model back.
    /// </summary>
    void OnChange(RuntimeChange change);
}
