using Proxify.Runtime;

namespace Proxify.Hosting;

/// <summary>Several observers as one, in their order. An exception of one keeps those behind it from hearing of a change; it is taken back for all.</summary>
internal sealed class RuntimeObserverList(params IReadOnlyList<IRuntimeObserver> observers) : IRuntimeObserver
{
    public void OnChange(RuntimeChange change)
    {
        foreach (var observer in observers)
            observer.OnChange(change);
    }
}
