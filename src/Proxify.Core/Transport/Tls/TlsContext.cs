using Proxify.Linux;

namespace Proxify.Transport.Tls;

/// <summary>
/// What the TLS connections of one side of an app have in common: an SSL_CTX. A connection takes a reference of its own (SSL_new), so that this one may be
/// replaced and disposed of at any time; one that nobody disposes of goes with the last who knows it.
/// </summary>
internal sealed class TlsContext(SafeSslContext handle) : IDisposable
{
    public SafeSslContext Handle => handle;

    /// <summary>Of a server, whose clients begin the handshake. False: of a client.</summary>
    public required bool IsServer { get; init; }

    /// <summary>Of a server: clients are asked for a certificate. Of a client: the server's has to be good, and for the right name.</summary>
    public required bool VerifiesPeer { get; init; }

    public void Dispose() => handle.Dispose();
}
