using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Proxify.Pki;

/// <summary>A certificate with its key, and the authorities between it and a root.</summary>
internal sealed class TestCertificate
{
    private TestCertificate(TestPki pki, X509Certificate2 certificate, AsymmetricAlgorithm key, IReadOnlyList<X509Certificate2> intermediates)
    {
        Certificate = certificate;
        Intermediates = [.. intermediates];
        var chain = string.Join('\n', intermediates.Prepend(certificate).Select(static link => link.ExportCertificatePem())) + "\n";
        var keyText = key.ExportPkcs8PrivateKeyPem() + "\n";
        ChainPath = pki.Write("pem", chain);
        KeyPath = pki.Write("key", keyText);
        CombinedPath = pki.Write("pem", chain + keyText);
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What its owner sends besides, from the one that has issued it upwards, without the root.</summary>
    public X509Certificate2Collection Intermediates { get; }

    /// <summary>A file with the certificate and, behind it, <see cref="Intermediates"/>.</summary>
    public string ChainPath { get; }

    /// <summary>A file with the key, PKCS #8.</summary>
    public string KeyPath { get; }

    /// <summary>A file with both, as HAProxy wants it.</summary>
    public string CombinedPath { get; }

    public static TestCertificate Issued(TestPki pki, string name, CertificatePlan plan, TestAuthority issuer)
    {
        using var key = NewKey(plan);
        var request = Request(name, plan, key);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer.Certificate, true, false));
        var now = DateTimeOffset.UtcNow;
        var signer = X509SignatureGenerator.CreateForECDsa(issuer.Certificate.GetECDsaPrivateKey()!);
        using var signed = request.Create(issuer.Certificate.SubjectName, signer, now + plan.From, now + plan.Until, RandomNumberGenerator.GetBytes(16));
        return new TestCertificate(pki, With(signed, key), key, issuer.Chain);
    }

    public static TestCertificate SelfSigned(TestPki pki, string name, CertificatePlan plan)
    {
        using var key = NewKey(plan);
        var now = DateTimeOffset.UtcNow;
        return new TestCertificate(pki, Request(name, plan, key).CreateSelfSigned(now + plan.From, now + plan.Until), key, []);
    }

    private static AsymmetricAlgorithm NewKey(CertificatePlan plan) => plan.IsRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CertificateRequest Request(string name, CertificatePlan plan, AsymmetricAlgorithm key)
    {
        var request = key is RSA rsa
            ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (plan.Usages.Length > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. plan.Usages.Select(static usage => new Oid(usage))], false));
        if (plan.Alternatives() is { } names)
            request.CertificateExtensions.Add(names);
        return request;
    }

    private static X509Certificate2 With(X509Certificate2 certificate, AsymmetricAlgorithm key) =>
        key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);
}
