using System.Net.Sockets;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>What is said to a target as soon as it is connected, and maybe answered, before it is the session's. One object serves all sessions.</summary>
internal interface ITargetOpening
{
    /// <summary>Whether targets of the app need it.</summary>
    bool IsFor(AppModel app);

    /// <summary>
    /// Runs on the session's own flow. Whatever it waits for on the target's connection ends in time: the connection is aborted when <c>Handshake</c> is over,
    /// and with the session.
    /// </summary>
    /// <param name="session">Has no target yet.</param>
    /// <param name="target">Connected. What was received of it and not used is put back; the rest does not count as the session's bytes.</param>
    /// <returns>Success; or the connect has failed, and the next target is tried.</returns>
    ValueTask<SocketError> OpenAsync(Session session, Connection target);
}
