using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>A certificate and its key.</summary>
/// <param name="Chain">The certificate, and after it those that lead to its authority, as they are sent.</param>
/// <param name="Key">The first one's.</param>
internal sealed record KeyedCertificate(IReadOnlyList<SafeX509> Chain, SafePrivateKey Key) : IDisposable
{
    /// <summary>Of a handshake's point of view: which of RSA, ECDSA, … it is.</summary>
    public int Kind { get; } = OpenSsl.KindOf(Key);

    /// <summary>A context that uses it has references of its own.</summary>
    public void Dispose()
    {
        foreach (var certificate in Chain)
            certificate.Dispose();
        Key.Dispose();
    }
}
