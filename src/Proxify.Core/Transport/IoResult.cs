using System.Net.Sockets;

namespace Proxify.Transport;

/// <summary>
/// A receive's or send's outcome. <see cref="SocketError.ConnectionReset"/> is the peer's RST, <see cref="SocketError.OperationAborted"/> an
/// <see cref="Connection.Abort"/>.
/// </summary>
internal readonly record struct IoResult(int Bytes, SocketError Error = SocketError.Success);
