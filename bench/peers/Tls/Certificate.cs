using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Proxify.Peers;

/// <summary>A certificate for itself and its key, as files in PEM.</summary>
/// <param name="File">The certificate.</param>
/// <param name="KeyFile">The key, PKCS #8.</param>
/// <param name="BothFile">Certificate and key, as HAProxy wants them.</param>
sealed record Certificate(string File, string KeyFile, string BothFile)
{
    /// <summary>Of a P-256 key.</summary>
    public static Certificate MakeEcdsa(Workspace workspace)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Make(workspace, key, new CertificateRequest(Subject, key, HashAlgorithmName.SHA256));
    }

    /// <summary>Of an RSA key of 2,048 bits.</summary>
    public static Certificate MakeRsa(Workspace workspace)
    {
        using var key = RSA.Create(2048);
        return Make(workspace, key, new CertificateRequest(Subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    const string Subject = "CN=localhost";

    static Certificate Make(Workspace workspace, AsymmetricAlgorithm key, CertificateRequest request)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        var (pem, keyPem) = (made.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
        return new(workspace.Write("bench.pem", pem), workspace.Write("bench.key", keyPem), workspace.Write("bench-both.pem", pem + keyPem));
    }
}
