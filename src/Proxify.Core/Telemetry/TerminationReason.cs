namespace Proxify.Telemetry;

/// <summary>
/// The one-word cause for which a session ended. Names and values are stable: the name is the word that logs and metrics write (<c>client_reset</c>, see
/// <see cref="TerminationWords"/>). docs/operations.md says what each means to who runs the proxy, docs/architecture.md what the proxy does.
/// </summary>
internal enum TerminationReason
{
    /// <summary>Both sides ended with FIN.</summary>
    Done,

    /// <summary>The client reset or vanished, be it before a target was reached.</summary>
    ClientReset,

    /// <summary>The target reset or vanished.</summary>
    TargetReset,

    /// <summary>One direction had ended, and the other was silent for <c>HalfClose</c>.</summary>
    HalfCloseTimeout,

    /// <summary>No byte either way for <c>Idle</c>.</summary>
    IdleTimeout,

    /// <summary>No target could be reached.</summary>
    ConnectFailed,

    /// <summary>No app has the port.</summary>
    NoRoute,

    /// <summary>The source is refused by <c>Sources</c>, or unknown.</summary>
    Denied,

    /// <summary>A limit refused it, at once or after a wait of <c>QueueTimeout</c>.</summary>
    Limit,

    /// <summary>A target leads back to proxify.</summary>
    Loop,

    /// <summary>It was still there when <c>Drain</c> ended.</summary>
    Drained,

    /// <summary>Its target went down, and <c>OnDown</c> says that sessions end then.</summary>
    TargetDown,

    /// <summary>Its target has left the config or its name, and <c>OnRemove</c> says that sessions end then.</summary>
    TargetRemoved,

    /// <summary>The client ended its side without a byte before a target was reached, where <c>AbortOnClose</c> says that it has left then.</summary>
    ClientClosed,

    /// <summary>A defect in proxify; the log has the exception.</summary>
    InternalError,

    /// <summary>The client and proxify have not agreed on TLS, or not within <c>Handshake</c>.</summary>
    TlsHandshake,

    /// <summary>The client has shown no certificate where one is required, or one that does not pass.</summary>
    ClientCertificate,

    /// <summary>A side's stream ended without TLS having said that it does: somebody may have cut it off.</summary>
    TlsTruncated,

    /// <summary>What a side sent was no TLS, or an alert that ends it.</summary>
    TlsError,

    /// <summary>A balancer's PROXY header is malformed, missing, or does not come within <c>Handshake</c>.</summary>
    ProxyHeader,

    /// <summary>No app of the port takes the server name or the protocols that the client asks for.</summary>
    UnknownName,

    /// <summary>Instead of a ClientHello, where server names decide, came nothing within <c>Handshake</c>, or something else.</summary>
    ClientHello,

    /// <summary>Who runs the proxy has ended it.</summary>
    Killed,

    /// <summary>The client did not take its replies, and kept those who share a connection with it from theirs.</summary>
    ClientStalled,
}
