using System.Text;
using Proxify.Configuration;

namespace Proxify.Tls;

/// <summary>All that TLS options say, as one text: whether two say the same shows in it.</summary>
internal static class TlsSignature
{
    public static string Of(TlsConfig tls) => Join(
        Of((TlsPolicyConfig)tls), Join(tls.Certificates.Select(c => Join(c.Certificate, c.Key, c.Ocsp))), Join(tls.Alpn), $"{tls.Tickets}",
        Join(tls.TicketKeys), tls.ClientCertificates is { } clients ? Of(clients) : null);

    public static string Of(ClientCertificatesConfig clients) => Join(
        $"{clients.Mode}", Join(clients.Authorities), Join(clients.RevocationLists), Join(clients.Subjects), Join(clients.Names), Join(clients.Fingerprints),
        $"{clients.Depth}");

    public static string Of(TargetTlsConfig tls) => Join(
        Of((TlsPolicyConfig)tls), $"{tls.Verify}", Join(tls.Authorities), Join(tls.RevocationLists), tls.ServerName, Join(tls.Alpn), tls.Certificate, tls.Key);

    private static string Of(TlsPolicyConfig policy) =>
        Join($"{policy.Profile}", $"{policy.MinVersion}", $"{policy.MaxVersion}", policy.Ciphers, policy.CipherSuites, policy.Curves);

    private static string Join(IEnumerable<string?> parts) => Join([.. parts]);

    // With its length before each part, no two lists make the same text; and what is null is no empty text.
    private static string Join(params ReadOnlySpan<string?> parts)
    {
        var text = new StringBuilder($"{parts.Length}(");
        foreach (var part in parts)
            text.Append(part is null ? "-," : $"{part.Length}:{part},");
        return text.Append(')').ToString();
    }
}
