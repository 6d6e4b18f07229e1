using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Proxify.Pki;

/// <summary>Who signs certificates.</summary>
internal sealed class TestAuthority
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddYears(-1);
    private static readonly DateTimeOffset Until = DateTimeOffset.UtcNow.AddYears(1);

    private readonly TestPki _pki;

    private TestAuthority(TestPki pki, X509Certificate2 certificate, IReadOnlyList<X509Certificate2> chain)
    {
        _pki = pki;
        Certificate = certificate;
        Chain = chain;
        CertificatePath = pki.Write("pem", certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What goes along with what it issues: itself and those above it, without the root.</summary>
    public IReadOnlyList<X509Certificate2> Chain { get; }

    /// <summary>A file with its certificate alone, for those who trust it.</summary>
    public string CertificatePath { get; }

    public static TestAuthority CreateRoot(TestPki pki, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestAuthority(pki, Request(name, key).CreateSelfSigned(From, Until), []);
    }

    public TestAuthority CreateAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        using var signed = request.Create(Certificate, From, Until, RandomNumberGenerator.GetBytes(16));
        var certificate = signed.CopyWithPrivateKey(key);
        return new TestAuthority(_pki, certificate, [certificate, .. Chain]);
    }

    public TestCertificate Issue(string name, CertificatePlan plan) => TestCertificate.Issued(_pki, name, plan, this);

    /// <summary>Its revocation list, PEM.</summary>
    /// <param name="nextUpdate">From now; in the past for one that has expired.</param>
    /// <param name="revoked">Those that it has issued and takes back.</param>
    public string Revoke(TimeSpan nextUpdate, params TestCertificate[] revoked)
    {
        var now = DateTimeOffset.UtcNow;
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
            list.AddEntry(certificate.Certificate, now.AddDays(-2));
        return PemEncoding.WriteString(
            "X509 CRL", list.Build(Certificate, BigInteger.One, now + nextUpdate, HashAlgorithmName.SHA256, thisUpdate: now.AddDays(-2)));
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }
}
