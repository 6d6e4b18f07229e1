using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>A certificate and its key.</summary>
/// <param name="Chain">The certificate, and after it those that lead to its authority, as they are sent.</param>
/// <param name="Key">The first one's.</param>
internal sealed record KeyedCertificate(IReadOnlyList<SafeX509> Chain, SafePrivateKey Key)
{
    /// <summary>What a handshake tells certificates apart by: RSA, ECDSA, …</summary>
    public int Kind { get; } = OpenSsl.KindOf(Key);

    /// <summary>The hosts that it is for: DNS names and IP addresses, or else its common name.</summary>
    public IReadOnlyList<string> Names { get; } = OpenSsl.Read(Chain[0], NamesOf);

    public DateTimeOffset From { get; } = OpenSsl.Read(Chain[0], OpenSsl.NotBefore);

    public DateTimeOffset Until { get; } = OpenSsl.Read(Chain[0], OpenSsl.NotAfter);

    private static IReadOnlyList<string> NamesOf(nint certificate)
    {
        var names = OpenSsl.AlternativeNames(certificate).Where(name => name.Kind is OpenSsl.NameDns or OpenSsl.NameAddress).Select(name => name.Name).ToList();
        return names.Count > 0 ? names : OpenSsl.CommonNameOf(certificate) is { } common ? [common] : [];
    }
}
