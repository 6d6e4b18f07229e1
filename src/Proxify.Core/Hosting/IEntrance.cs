using Proxify.Handover;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>
/// How clients come in. A change is prepared, which may fail; then the model is put in force; then it is committed, or rolled back if the model could not be.
/// Ports that are open before and after are open all the time. Used by one change at a time.
/// </summary>
internal interface IEntrance
{
    /// <summary>What is open, for people: <c>listening on 12 endpoints</c>.</summary>
    string Summary { get; }

    /// <summary>
    /// Opens what the model asks for and is not open. A connection that comes through it waits for the model: <see cref="ProxyRuntime.Settled"/>.
    /// </summary>
    /// <exception cref="ProxyStartException">Something cannot be opened. Everything is as it was.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; everything is as it was.</exception>
    ValueTask PrepareAsync(ProxyModel next, CancellationToken cancellation);

    /// <summary>The prepared model is in force: closes what it does not ask for. Does not fail.</summary>
    ValueTask CommitAsync();

    /// <summary>The prepared model did not come into force: closes again what was opened for it.</summary>
    ValueTask RollBackAsync();

    /// <summary>Lets nobody in any more; connections live on.</summary>
    ValueTask CloseAsync();

    /// <summary>What is open.</summary>
    IEnumerable<IListener> Listeners { get; }

    /// <summary>What steers connections to it; null: nothing does.</summary>
    HandedSteering? Steering { get; }

    /// <summary>Another process has all of it: nobody is let in here any more, and those who wait are that one's.</summary>
    ValueTask AbandonAsync();
}
