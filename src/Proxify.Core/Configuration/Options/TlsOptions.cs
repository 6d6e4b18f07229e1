namespace Proxify.Configuration;

/// <summary><c>Tls</c> of an app.</summary>
internal static class TlsOptions
{
    /// <summary>Each is read again when it changes, and each handshake looks among them for its name.</summary>
    private const int MostCertificates = 10_000;

    private const int MostTicketKeys = 16;

    public static readonly ListOption<TlsConfig, CertificateConfig> Certificates = new(
        nameof(Certificates), "certificates", new RecordType<CertificateConfig>(CertificateOptions.Section, new CertificateConfig { Certificate = null! }),
        t => t.Certificates, (t, value) => t with { Certificates = value },
        "what clients are shown: the one that has the name they ask for and a kind of key that they can use, else the first")
    { IsRequired = true, AtLeastOne = "certificate", Most = MostCertificates, TooMany = $"certificates; expected at most {MostCertificates:N0} in an app" };

    public static readonly ListOption<TlsConfig, string> Alpn = new(
        nameof(Alpn), "protocols", TlsText.Protocol, t => t.Alpn, (t, value) => t with { Alpn = value },
        "application protocols (ALPN), the preferred one first: `[\"h2\", \"http/1.1\"]`. A client that offers some, but none of these, is refused (RFC 7301)")
    { Absent = "what clients offer is ignored; `postgresql` with `StartTls`", Most = AlpnRules.Most, TooMany = AlpnRules.TooMany };

    public static readonly ValueOption<TlsConfig, int> Tickets = new(
        nameof(Tickets), new WholeNumberType(0, 16), t => t.Tickets, (t, value) => t with { Tickets = value },
        "[tickets](tls.md#tickets) that a client gets after a handshake of TLS 1.3, to resume its session with. `0`: no resumption, with TLS 1.2 neither", 2);

    public static readonly ListOption<TlsConfig, string> TicketKeys = new(
        nameof(TicketKeys), "files", TlsText.File, t => t.TicketKeys, (t, value) => t with { TicketKeys = value },
        "secrets for [tickets](tls.md#tickets), 80 or 48 random bytes each. The first seals, the others open what was sealed before")
    {
        Absent = "a random one of this process, replaced twice a day",
        Most = MostTicketKeys,
        TooMany = $"files; expected at most {MostTicketKeys}",
    };

    public static readonly SectionOption<TlsConfig, ClientCertificatesConfig> ClientCertificates = new(
        nameof(ClientCertificates), ClientCertificatesOptions.Section, t => t.ClientCertificates, (t, value) => t with { ClientCertificates = value },
        "who clients have to be")
    { Absent = "they are not asked", Empty = new ClientCertificatesConfig { Authorities = null! } };

    public static readonly Section<TlsConfig> Section = new(
        "an object such as {\"Certificates\": [{\"Certificate\": \"web.pem\"}]}",
        [Certificates, .. TlsPolicyOptions.In<TlsConfig>(), Alpn, Tickets, TicketKeys, ClientCertificates]);
}
