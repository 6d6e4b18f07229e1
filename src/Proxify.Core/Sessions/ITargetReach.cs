using System.Net.Sockets;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Another way to reach an endpoint than a dial for the session alone.</summary>
internal interface ITargetReach
{
    /// <returns>Success: the session has what it needs; <see cref="SocketError.OperationAborted"/>: it is aborted.</returns>
    ValueTask<SocketError> ReachAsync(TargetState target, TcpEndpoint endpoint);
}
