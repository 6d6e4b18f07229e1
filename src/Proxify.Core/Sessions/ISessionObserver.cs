using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// Is told what becomes of connections: metrics, logs and health go by that, and the session's own code knows none of them. Called on the session's path by
/// many threads at once: must neither wait nor allocate. Each method does nothing by default.
/// </summary>
internal interface ISessionObserver
{
    /// <summary>A connection was refused before it became a session, and has been reset.</summary>
    /// <param name="client">Its addresses can still be read.</param>
    /// <param name="source">Who the client is, as far as that is known.</param>
    /// <param name="verdict">By what; never an admission.</param>
    void Refused(Connection client, TcpEndpoint source, in GateVerdict verdict)
    {
    }

    /// <summary>A session has begun: it is admitted, and has yet to enter its app.</summary>
    void Began(Session session)
    {
    }

    /// <summary>It has reached a target.</summary>
    void Connected(Session session)
    {
    }

    /// <summary>It is over, and still holds its place, and its target if it has reached one.</summary>
    void Ending(Session session, TerminationReason reason)
    {
    }

    /// <summary>It has given everything back. Called last.</summary>
    void Ended(Session session, TerminationReason reason)
    {
    }
}
