using Proxify.Pki;

namespace Proxify.SystemTests.Tls;

/// <summary>The TLS of an app, as users write it.</summary>
internal static class TlsText
{
    public static readonly TestPki Certs = TestPki.Shared;

    /// <summary>With the certificate of localhost and proxify.test, where no others are given.</summary>
    public static Dictionary<string, object> ServerTls(params (string Key, object Value)[] more) =>
        Section([("Certificates", new[] { Certificate(Certs.Server) }), .. more]);

    /// <summary>Whose certificates have to lead to the shared root.</summary>
    public static Dictionary<string, object> TargetTls(params (string Key, object Value)[] more) =>
        Section([("Authorities", new[] { Certs.Root.CertificatePath }), ("ServerName", "localhost"), .. more]);

    /// <summary>Clients of the shared root, looked up in its lists.</summary>
    public static (string Key, object Value) Clients(params (string Key, object Value)[] more) =>
        ("ClientCertificates", Section(
            [("Authorities", new[] { Certs.Root.CertificatePath }), ("RevocationLists", new[] { Certs.RevocationPath }), .. more]));

    public static object Certificate(TestCertificate certificate) => new { Certificate = certificate.ChainPath, Key = certificate.KeyPath };

    /// <summary>Later entries replace earlier ones.</summary>
    private static Dictionary<string, object> Section((string Key, object Value)[] entries)
    {
        var section = new Dictionary<string, object>();
        foreach (var (key, value) in entries)
            section[key] = value;
        return section;
    }
}
