using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>What PEM files have to hold.</summary>
internal static class PemReading
{
    /// <summary>At least one; empty: it cannot be read, which is told.</summary>
    public static IReadOnlyList<SafeX509> Certificates(TlsFiles files, string option, string file)
    {
        using var content = files.Read(option, file);
        if (content is null)
            return [];
        var certificates = OpenSsl.ReadCertificates(content.Bytes);
        if (certificates is null)
            files.Fail(option, file, $"has a certificate that cannot be read: {OpenSsl.TakeError()}");
        else if (certificates.Count == 0)
            files.Fail(option, file, "has no certificate; expected PEM, which begins with -----BEGIN CERTIFICATE-----");
        return certificates ?? [];
    }

    /// <summary>Those of authorities, whose dates are noted.</summary>
    public static IEnumerable<SafeX509> Authorities(TlsFiles files, string option, string file)
    {
        foreach (var authority in Certificates(files, option, file))
        {
            files.Note(OpenSsl.Read(authority, x509 =>
                new Validity($"authority {OpenSsl.SubjectOf(x509)}", file, OpenSsl.NotBefore(x509), OpenSsl.NotAfter(x509))));
            yield return authority;
        }
    }

    /// <summary>At least one; empty: it cannot be read, which is told.</summary>
    public static IEnumerable<SafeCrl> RevocationLists(TlsFiles files, string option, string file)
    {
        using var content = files.Read(option, file);
        if (content is null)
            yield break;
        var lists = OpenSsl.ReadRevocationLists(content.Bytes);
        if (lists is null)
            files.Fail(option, file, $"has a revocation list that cannot be read: {OpenSsl.TakeError()}");
        else if (lists.Count == 0)
            files.Fail(option, file, "has no revocation list; expected PEM, which begins with -----BEGIN X509 CRL-----");
        foreach (var list in lists ?? [])
        {
            files.Note(new Validity($"revocation list of {OpenSsl.IssuerOf(list)}", file, OpenSsl.LastUpdate(list), OpenSsl.NextUpdate(list))
            {
                IsRevocationList = true,
            });
            yield return list;
        }
    }

    /// <summary>Null: it cannot be read, which is told.</summary>
    public static SafePrivateKey? Key(TlsFiles files, string option, string file)
    {
        using var content = files.ReadSecret(option, file);
        if (content is null)
            return null;
        var key = OpenSsl.ReadPrivateKey(content.Bytes);
        if (key is not null)
            return key;
        var reason = OpenSsl.TakeError();
        files.Fail(option, file,
            content.Bytes.IndexOf("PRIVATE KEY-----"u8) < 0 ? "has no private key; expected PEM, which begins with -----BEGIN PRIVATE KEY-----"
            : content.Bytes.IndexOf("ENCRYPTED"u8) >= 0 ? "has a private key that is encrypted; expected one that is not, in a file that only proxify can read"
            : $"has a private key that cannot be read: {reason}");
        return null;
    }
}
