using System.Net.Sockets;

namespace Proxify.Transport;

/// <summary>A dial's outcome: a connection, or why there is none.</summary>
internal readonly record struct DialResult(Connection? Connection, SocketError Error);
