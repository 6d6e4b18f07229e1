namespace Proxify.Configuration;

/// <summary>What an active check needs for a start.</summary>
public enum CheckType
{
    /// <summary><c>tcp</c>: an established connection.</summary>
    Tcp,

    /// <summary><c>tls</c>: a TLS handshake, as <see cref="AppConfig.TargetTls"/> says; where there is none, whatever the certificate.</summary>
    Tls,
}
