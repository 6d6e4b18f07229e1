namespace Proxify.Configuration;

/// <summary>The protocol in which a client asks for TLS before it begins with it.</summary>
public enum StartTlsProtocol
{
    /// <summary>None: TLS begins with the connection.</summary>
    Off,

    /// <summary>PostgreSQL: its clients send an SSLRequest first, or begin directly.</summary>
    Postgres,
}
