namespace Proxify.Configuration;

/// <summary>A field of the access record, by its name there.</summary>
public enum AccessLogField
{
    /// <summary><c>app</c>: the app's name.</summary>
    App,

    /// <summary><c>listen</c>: the local endpoint that the client connected to.</summary>
    Listen,

    /// <summary><c>client</c>: the client's endpoint.</summary>
    Client,

    /// <summary><c>target</c>: the target's endpoint.</summary>
    Target,

    /// <summary><c>connect_ms</c>: from the first dial to the established connection.</summary>
    ConnectTime,

    /// <summary><c>duration_ms</c>: from accept to the end, or to now.</summary>
    Duration,

    /// <summary><c>from_client</c>: bytes received from the client.</summary>
    FromClient,

    /// <summary><c>from_target</c>: bytes received from the target.</summary>
    FromTarget,

    /// <summary><c>tries</c>: dials made.</summary>
    Tries,

    /// <summary><c>reason</c>: why it ended.</summary>
    Reason,

    /// <summary><c>via</c>: the balancer that has spoken for the client.</summary>
    Via,

    /// <summary><c>detail</c>: more about the reason.</summary>
    Detail,

    /// <summary><c>tls</c>: the version of TLS with the client.</summary>
    Tls,

    /// <summary><c>cipher</c>: its cipher suite.</summary>
    Cipher,

    /// <summary><c>server_name</c>: the host that the client has asked for.</summary>
    ServerName,

    /// <summary><c>alpn</c>: the protocol that was agreed on with the client.</summary>
    Alpn,

    /// <summary><c>client_certificate</c>: the subject of the client's certificate.</summary>
    ClientCertificate,

    /// <summary><c>unique_id</c>: what the target knows the session by.</summary>
    UniqueId,

    /// <summary><c>requests</c>: how many went over connections that it shares.</summary>
    Requests,

    /// <summary><c>own</c>: why it has got a connection of its own after all.</summary>
    Own,

    /// <summary><c>suppressed</c>: how many records of handshakes that failed were left out before this one.</summary>
    Suppressed,
}
