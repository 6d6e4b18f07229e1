using Proxify.Runtime;

namespace Proxify.Hosting;

/// <summary>How clients come in. Used by one change at a time.</summary>
internal interface IEntrance
{
    /// <summary>What is open, for people: <c>listening on 12 endpoints</c>.</summary>
    string Summary { get; }

    /// <summary>
    /// Opens what the model asks for and closes what it does not, and calls <paramref name="swap"/> at the moment from which connections have to be routed by
    /// it. Ports that are open before and after are open all the time.
    /// </summary>
    /// <exception cref="ProxyStartException">Something cannot be opened. Everything is as it was, and the model has to be, too.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the swap; everything is as it was.</exception>
    ValueTask ChangeAsync(ProxyModel next, Action swap, CancellationToken cancellation);

    /// <summary>Lets nobody in any more; connections live on.</summary>
    ValueTask CloseAsync();
}
