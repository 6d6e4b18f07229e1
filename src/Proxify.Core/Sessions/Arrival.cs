using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// A connection whose client or app is not known before something has been read. What was found out stays with the session that it becomes.
/// </summary>
internal sealed class Arrival(Connection client, ProxyModel model, PortModel port, long startedAt) : Registered<Arrival>
{
    private const int NotAborted = -1;

    private int _abortReason = NotAborted;
    private Session? _session;

    public Connection Client { get; } = client;

    /// <summary>The model that it is judged by.</summary>
    public ProxyModel Model { get; } = model;

    public PortModel Port { get; } = port;

    /// <summary><see cref="TimeProvider.GetTimestamp"/> at accept.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>Whether it comes from a balancer, of which it has yet to be heard who the client is.</summary>
    public bool IsFromBalancer { get; } = port.IsBalancer(client.Remote);

    /// <summary>The client's end: the connection's own, until a balancer says otherwise.</summary>
    public TcpEndpoint Source { get; set; } = client.Remote;

    /// <summary>What the client has connected to, likewise.</summary>
    public TcpEndpoint Destination { get; set; } = client.Local;

    /// <summary>What a balancer has said besides, as <see cref="Prefaces.ProxyTlvs"/> reads it; empty where no target is told of it.</summary>
    public ReadOnlyMemory<byte> Tlvs { get; set; }

    /// <summary>The host that its ClientHello asks for; null: none, or none was read.</summary>
    public string? ServerName { get; set; }

    /// <summary>Whether a ClientHello was read, and put back.</summary>
    public bool BeginsTls { get; set; }

    /// <summary>
    /// Besides its place among the file's sessions it holds one of those that the file gives to its source; <see cref="SessionGate"/>'s own.
    /// </summary>
    internal bool HoldsSource { get; set; }

    public override TimeSpan Drain => Port.App.Timeouts.Drain;

    /// <summary>What it is counted as when it has ended as if aborted.</summary>
    public TerminationReason AbortReason =>
        Volatile.Read(ref _abortReason) is >= 0 and var reason ? (TerminationReason)reason : TerminationReason.InternalError;

    public override void Abort(TerminationReason reason)
    {
        if (Interlocked.CompareExchange(ref _abortReason, (int)reason, NotAborted) != NotAborted)
            return;
        // Become() sets the session, then looks at the reason; here it is the other way round.
        if (Volatile.Read(ref _session) is { } session)
            session.Abort(reason);
        else
            Client.Abort();
    }

    /// <summary>It is a session from now on; what aborts the one aborts the other.</summary>
    public void Become(Session session)
    {
        Volatile.Write(ref _session, session);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _abortReason) is >= 0 and var reason)
            session.Abort((TerminationReason)reason);
    }
}
