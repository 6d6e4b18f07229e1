namespace Proxify.Configuration;

/// <summary>What an active check needs for a start.</summary>
public enum CheckType
{
    /// <summary><c>tcp</c>: an established connection.</summary>
    Tcp,

    /// <summary><c>tls</c>: a TLS handshake, whatever the certificate.</summary>
    Tls,
}
