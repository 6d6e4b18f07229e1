namespace Proxify.Configuration;

/// <summary><c>ClientCertificates</c> in <c>Tls</c>.</summary>
internal static class ClientCertificatesOptions
{
    private const int MostPatterns = 10_000;
    private static readonly string TooManyPatterns = $"patterns; expected at most {MostPatterns:N0}";

    public static readonly ValueOption<ClientCertificatesConfig, ClientCertificateMode> Mode = new(
        nameof(Mode), ConfigWords.ClientCertificateModes, c => c.Mode, (c, value) => c with { Mode = value },
        "clients have to show a certificate; they are asked for one and may have none (one that is not good is refused all the same); they are not asked",
        ClientCertificateMode.Require);

    public static readonly ListOption<ClientCertificatesConfig, string> Authorities = new(
        nameof(Authorities), "files", TlsText.File, c => c.Authorities, (c, value) => c with { Authorities = value },
        "PEM: the authorities that certificates have to lead to")
    { IsRequired = true, AtLeastOne = "file" };

    public static readonly ListOption<ClientCertificatesConfig, string> RevocationLists = new(
        nameof(RevocationLists), "files", TlsText.File, c => c.RevocationLists, (c, value) => c with { RevocationLists = value },
        "PEM: [revocation lists](tls.md#revocation) (CRLs). When there is one, every certificate of a chain is looked up, and each of their issuers needs a list in force")
    { Absent = "revocation is not looked at" };

    public static readonly ListOption<ClientCertificatesConfig, string> Subjects = new(
        nameof(Subjects), "patterns", TlsText.Subject, c => c.Subjects, (c, value) => c with { Subjects = value },
        "[patterns](tls.md#who-may-come-in) of subjects: `\"CN=web-*,O=Example\"`. With patterns in any of the three lists, a certificate has to match one of them")
    { Most = MostPatterns, TooMany = TooManyPatterns };

    public static readonly ListOption<ClientCertificatesConfig, string> Names = new(
        nameof(Names), "patterns", TlsText.Name, c => c.Names, (c, value) => c with { Names = value },
        "the same of alternative names: `\"dns:*.clients.internal\"`, `\"uri:spiffe://prod/**\"`, `\"email:*@example.com\"`")
    { Most = MostPatterns, TooMany = TooManyPatterns };

    public static readonly ListOption<ClientCertificatesConfig, string> Fingerprints = new(
        nameof(Fingerprints), "fingerprints", TlsText.Fingerprint, c => c.Fingerprints, (c, value) => c with { Fingerprints = value },
        "the same of whole certificates, by their SHA-256")
    { Most = MostPatterns, TooMany = TooManyPatterns };

    public static readonly ValueOption<ClientCertificatesConfig, int> Depth = new(
        nameof(Depth), new WholeNumberType(0, 10), c => c.Depth, (c, value) => c with { Depth = value },
        "certificates that may stand between a client's and an authority", 4);

    public static readonly Section<ClientCertificatesConfig> Section = new(
        "an object such as {\"Authorities\": [\"clients-ca.pem\"]}", Mode, Authorities, RevocationLists, Subjects, Names, Fingerprints, Depth);
}
