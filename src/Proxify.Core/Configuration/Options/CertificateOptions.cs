namespace Proxify.Configuration;

/// <summary>An item of <c>Certificates</c>.</summary>
internal static class CertificateOptions
{
    public static readonly ReferenceOption<CertificateConfig, string> Certificate = new(
        nameof(Certificate), TlsText.File, c => c.Certificate, (c, value) => c with { Certificate = value },
        "PEM: the certificate, and after it those that lead to its authority")
    { IsRequired = true };

    public static readonly ReferenceOption<CertificateConfig, string> Key = new(
        nameof(Key), TlsText.File, c => c.Key, (c, value) => c with { Key = value },
        "PEM: its private key, not encrypted")
    { Absent = "in the certificate's file" };

    public static readonly ReferenceOption<CertificateConfig, string> Ocsp = new(
        nameof(Ocsp), TlsText.File, c => c.Ocsp, (c, value) => c with { Ocsp = value },
        "DER: its authority's OCSP response, which is [stapled](tls.md#ocsp-stapling)")
    { Absent = "none" };

    public static readonly Section<CertificateConfig> Section = new(
        "a certificate such as {\"Certificate\": \"web.pem\", \"Key\": \"web.key\"}", Certificate, Key, Ocsp);
}
