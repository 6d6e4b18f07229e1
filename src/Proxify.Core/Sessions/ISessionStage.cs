using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>
/// What happens to a session between its dial and its relay: a header to the target, a handshake, a transform put on one of the sides. It may receive and send
/// on <see cref="Session.Client"/> and <see cref="Session.Target"/>; what it has received is its own, and what it sends comes before what is relayed.
/// </summary>
internal interface ISessionStage
{
    /// <summary>
    /// Runs on the session's own flow. Whatever it waits for has to have an end: <see cref="Session.Abort"/> ends what waits on a connection, and then the
    /// stage returns <see cref="Session.AbortReason"/>; how long a peer may take is for the stage to say.
    /// </summary>
    /// <returns>Null: the session goes on. Otherwise why it ends: both sides are reset.</returns>
    ValueTask<TerminationReason?> RunAsync(Session session);
}
