namespace Proxify.Configuration;

/// <summary><c>TargetTls</c> of an app.</summary>
internal static class TargetTlsOptions
{
    public static readonly ValueOption<TargetTlsConfig, bool> Verify = new(
        nameof(Verify), new FlagType(), t => t.Verify, (t, value) => t with { Verify = value },
        "a target has to show a certificate that is good for its name. `false`: any will do, and whoever is on the way can read along", true);

    public static readonly ListOption<TargetTlsConfig, string> Authorities = new(
        nameof(Authorities), "files", TlsText.File, t => t.Authorities, (t, value) => t with { Authorities = value },
        "PEM: the authorities that targets' certificates have to lead to")
    { Absent = "those that the system trusts" };

    public static readonly ListOption<TargetTlsConfig, string> RevocationLists = new(
        nameof(RevocationLists), "files", TlsText.File, t => t.RevocationLists, (t, value) => t with { RevocationLists = value },
        "PEM: [revocation lists](tls.md#revocation) (CRLs)")
    { Absent = "revocation is not looked at" };

    public static readonly ReferenceOption<TargetTlsConfig, string> ServerName = new(
        nameof(ServerName), TlsText.Host, t => t.ServerName, (t, value) => t with { ServerName = value },
        "what targets are asked for (SNI) and what their certificates have to have. An IP address is not asked for")
    { Absent = "the target's own name or address" };

    public static readonly ListOption<TargetTlsConfig, string> Alpn = new(
        nameof(Alpn), "protocols", TlsText.Protocol, t => t.Alpn, (t, value) => t with { Alpn = value },
        "application protocols (ALPN) that targets are offered, the preferred one first")
    { Absent = "none", Most = AlpnRules.Most, TooMany = AlpnRules.TooMany };

    public static readonly ReferenceOption<TargetTlsConfig, string> Certificate = new(
        nameof(Certificate), TlsText.File, t => t.Certificate, (t, value) => t with { Certificate = value },
        "PEM: the proxy's own certificate, for targets that ask for one, and after it those that lead to its authority")
    { Absent = "none" };

    public static readonly ReferenceOption<TargetTlsConfig, string> Key = new(
        nameof(Key), TlsText.File, t => t.Key, (t, value) => t with { Key = value },
        "PEM: its private key, not encrypted")
    { Absent = "in the certificate's file" };

    public static readonly Section<TargetTlsConfig> Section = new(
        "an object such as {\"Authorities\": [\"targets-ca.pem\"]}",
        [Verify, Authorities, RevocationLists, ServerName, .. TlsPolicyOptions.In<TargetTlsConfig>(), Alpn, Certificate, Key]);
}
