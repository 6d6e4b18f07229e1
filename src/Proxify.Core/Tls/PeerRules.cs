using System.Security.Cryptography;
using Proxify.Configuration;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>Which of the certificates that lead to an authority may come in: with patterns, those that one of them fits.</summary>
internal sealed class PeerRules
{
    private readonly SubjectPattern[] _subjects;
    private readonly NamePattern[] _names;
    private readonly HashSet<string> _fingerprints;

    /// <param name="clients">Valid.</param>
    public PeerRules(ClientCertificatesConfig clients)
    {
        _subjects = [.. clients.Subjects.Select(text => SubjectPattern.TryParse(text)!)];
        _names = [.. clients.Names.Select(text => NamePattern.TryParse(text)!)];
        _fingerprints = [.. clients.Fingerprints.Select(text => Convert.ToHexString(TlsText.TryParseFingerprint(text)!))];
    }

    private PeerRules() => (_subjects, _names, _fingerprints) = ([], [], []);

    /// <summary>Every one may.</summary>
    public static PeerRules None { get; } = new();

    /// <param name="certificate">X509.</param>
    public bool Admit(nint certificate) =>
        _subjects.Length + _names.Length + _fingerprints.Count == 0
        || (_fingerprints.Count > 0 && _fingerprints.Contains(Convert.ToHexString(SHA256.HashData(OpenSsl.EncodeCertificate(certificate)))))
        || (_subjects.Length > 0 && OpenSsl.SubjectParts(certificate) is var subject && Array.Exists(_subjects, pattern => pattern.Fits(subject)))
        || (_names.Length > 0 && HasName(certificate));

    private bool HasName(nint certificate)
    {
        foreach (var (kind, name) in OpenSsl.AlternativeNames(certificate))
        {
            if (KindOf(kind) is { } known && Array.Exists(_names, pattern => pattern.Fits(known, name)))
                return true;
        }

        return false;
    }

    private static NameKind? KindOf(int kind) => kind switch
    {
        OpenSsl.NameDns => NameKind.Dns,
        OpenSsl.NameUri => NameKind.Uri,
        OpenSsl.NameEmail => NameKind.Email,
        _ => null,
    };
}
