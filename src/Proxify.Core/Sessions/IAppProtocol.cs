using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>What an app's clients and targets speak, as far as the proxy takes part in it. One object serves all sessions.</summary>
internal interface IAppProtocol
{
    /// <summary>
    /// Serves a session that has entered its app, until it is over. What it has made of connections is closed or reset then; the client's is reset by the
    /// caller unless it is closed.
    /// </summary>
    ValueTask<TerminationReason> ServeAsync(Session session);
}
