using Proxify.Sessions;
using Proxify.Transport;

namespace Proxify.Handover;

/// <summary>What a process that starts gets from the one whose place it takes.</summary>
internal sealed class Inheritance(Predecessor predecessor, ITransport transport, SessionPipeline pipeline)
{
    private readonly HashSet<TcpEndpoint> _taken = [];

    /// <summary>The sockets of a listener there; null: there is none.</summary>
    public int[]? TryTake(TcpEndpoint endpoint)
    {
        var sockets = predecessor.TryTake(endpoint);
        if (sockets is not null)
            _taken.Add(endpoint);
        return sockets;
    }

    /// <summary>Whether its sockets have been taken.</summary>
    public bool Has(TcpEndpoint endpoint) => _taken.Contains(endpoint);

    /// <summary>This process serves from now on: the sessions go on here.</summary>
    /// <exception cref="HandoverException">The other one serves on.</exception>
    public void TakeOver()
    {
        var sessions = predecessor.TakeOver(pipeline.AdoptionTo(transport));
        predecessor.Confirm();
        foreach (var adopt in sessions)
            adopt();
    }
}
