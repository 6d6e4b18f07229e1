using Proxify.Runtime;

namespace Proxify.Tests.Runtime;

/// <summary>An observer that remembers what it was told.</summary>
internal sealed class ChangeLog : IRuntimeObserver
{
    public List<RuntimeChange> Changes { get; } = [];

    /// <summary>Called for the next change, once.</summary>
    public Action<RuntimeChange>? OnNext { get; set; }

    void IRuntimeObserver.OnChange(RuntimeChange change)
    {
        Changes.Add(change);
        var next = OnNext;
        OnNext = null;
        next?.Invoke(change);
    }
}
