using Proxify.Configuration;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>Reads the files that TLS options name, and collects what is wrong with them. What a private key holds is in none of the messages.</summary>
/// <param name="folder">Absolute; what relative paths are relative to.</param>
internal sealed class TlsFiles(string folder)
{
    private readonly List<ConfigError> _errors = [];

    public IReadOnlyList<ConfigError> Errors => _errors;

    public string Folder => folder;

    /// <param name="option">Where in the config it stands: <c>Apps[0].Tls.Certificates[0].Key</c>.</param>
    /// <param name="file">As the config names it.</param>
    /// <param name="problem">What is wrong, to follow the file's name.</param>
    public void Fail(string option, string file, string problem) => _errors.Add(new ConfigError(option, $"{file}: {problem}"));

    /// <summary>Null: it cannot be read, which is told.</summary>
    public FileContent? Read(string option, string file)
    {
        var content = FileContent.Read(Path.GetFullPath(file, folder), out var problem);
        if (problem is not null)
            Fail(option, file, problem);
        return content;
    }

    /// <summary>At least one; empty: it cannot be read, which is told.</summary>
    public IReadOnlyList<SafeX509> ReadCertificates(string option, string file)
    {
        using var content = Read(option, file);
        if (content is null)
            return [];
        var certificates = OpenSsl.ReadCertificates(content.Bytes);
        if (certificates is null)
            Fail(option, file, $"has a certificate that cannot be read: {OpenSsl.TakeError()}");
        else if (certificates.Count == 0)
            Fail(option, file, "has no certificate; expected PEM, which begins with -----BEGIN CERTIFICATE-----");
        return certificates ?? [];
    }

    /// <summary>At least one; empty: it cannot be read, which is told.</summary>
    public IReadOnlyList<SafeCrl> ReadRevocationLists(string option, string file)
    {
        using var content = Read(option, file);
        if (content is null)
            return [];
        var lists = OpenSsl.ReadRevocationLists(content.Bytes);
        if (lists is null)
            Fail(option, file, $"has a revocation list that cannot be read: {OpenSsl.TakeError()}");
        else if (lists.Count == 0)
            Fail(option, file, "has no revocation list; expected PEM, which begins with -----BEGIN X509 CRL-----");
        return lists ?? [];
    }

    /// <summary>Null: it cannot be read, which is told.</summary>
    public SafePrivateKey? ReadKey(string option, string file)
    {
        using var content = Read(option, file);
        if (content is null)
            return null;
        var key = OpenSsl.ReadPrivateKey(content.Bytes);
        if (key is null)
        {
            var reason = OpenSsl.TakeError();
            Fail(option, file,
                content.Bytes.IndexOf("PRIVATE KEY-----"u8) < 0 ? "has no private key; expected PEM, which begins with -----BEGIN PRIVATE KEY-----"
                : content.Bytes.IndexOf("ENCRYPTED"u8) >= 0 ? "has a private key that is encrypted; expected one that is not, in a file that only proxify can read"
                : $"has a private key that cannot be read: {reason}");
        }

        return key;
    }

    /// <summary>A certificate, what leads from it to its authority, and its key; null: one of them is not good, which is told.</summary>
    /// <param name="certificateOption">Where the certificate's file stands.</param>
    /// <param name="certificateFile">Its chain in PEM.</param>
    /// <param name="keyOption">Where the key's file stands.</param>
    /// <param name="keyFile">Null: the certificate's.</param>
    public KeyedCertificate? ReadKeyed(string certificateOption, string certificateFile, string keyOption, string? keyFile)
    {
        var (errors, isSeparate) = (_errors.Count, keyFile is not null && keyFile != certificateFile);
        var chain = ReadCertificates(certificateOption, certificateFile);
        if (chain.Count == 0 && !isSeparate)
            return null;
        var key = ReadKey(isSeparate ? keyOption : certificateOption, keyFile ?? certificateFile);
        if (_errors.Count > errors)
            return null;
        if (OpenSsl.Fits(chain[0], key!))
            return new KeyedCertificate(chain, key!);
        Fail(isSeparate ? keyOption : certificateOption, keyFile ?? certificateFile,
            $"has a private key that is not that of the first certificate in {certificateFile}: {OpenSsl.TakeError()}");
        return null;
    }
}
