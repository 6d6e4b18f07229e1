namespace Proxify.Configuration;

/// <summary>TLS from clients, which ends at the proxy. Relative paths are relative to the config file's folder, or to the current one.</summary>
public sealed record TlsConfig : TlsPolicyConfig
{
    /// <summary>What the proxy shows to clients. At least one.</summary>
    public required IReadOnlyList<CertificateConfig> Certificates { get; init; }

    /// <summary>
    /// Application protocols (ALPN), the preferred one first. A client that offers some, but none of these, is refused (RFC 7301). Default (empty): what a
    /// client offers is ignored.
    /// </summary>
    public IReadOnlyList<string> Alpn { get; init; } = [];

    /// <summary>
    /// Tickets that a client gets after a TLS 1.3 handshake, to resume its session with; 0 switches resumption off for TLS 1.2 as well. 0 to 16, default 2.
    /// </summary>
    public int Tickets { get; init; } = TlsOptions.Tickets.Value;

    /// <summary>
    /// Files of secrets that tickets are sealed with. The first secret seals, the others open what was sealed before. Default (empty): a random secret of this
    /// process, which is replaced twice a day.
    /// </summary>
    public IReadOnlyList<string> TicketKeys { get; init; } = [];

    /// <summary>Who clients have to be. Default (null): their certificates are not asked for.</summary>
    public ClientCertificatesConfig? ClientCertificates { get; init; }
}
