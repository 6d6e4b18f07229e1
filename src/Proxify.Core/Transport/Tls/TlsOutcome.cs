namespace Proxify.Transport.Tls;

/// <summary>How a handshake on a connection has ended.</summary>
internal enum TlsOutcome
{
    /// <summary>The connection speaks TLS from now on.</summary>
    Done,

    /// <summary>The two do not agree; the peer has been told, and the connection is closed. <see cref="TlsHandshake.Failure"/> says why.</summary>
    Failed,

    /// <summary>The peer has left, or the connection was aborted.</summary>
    Lost,
}
