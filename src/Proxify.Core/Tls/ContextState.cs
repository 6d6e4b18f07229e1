namespace Proxify.Tls;

/// <summary>
/// What OpenSSL's questions in a handshake are answered from: goes along with a context, and with the last connection that was made of it. Knows nothing of the
/// context itself.
/// </summary>
/// <param name="clock">For what has expired.</param>
internal sealed class ContextState(TimeProvider? clock = null)
{
    private volatile TicketKeySet? _tickets;

    public DateTimeOffset Now => (clock ?? TimeProvider.System).GetUtcNow();

    /// <summary>Which peers may come in, of those whose certificate leads to an authority.</summary>
    public PeerRules Peers { get; init; } = PeerRules.None;

    /// <summary>A session without a peer's certificate is not resumed.</summary>
    public bool RequiresPeer { get; init; }

    /// <summary>When the first of the revocation lists has expired; the end of time: there are none.</summary>
    public DateTimeOffset RevocationsUntil { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>As on the wire; empty: what clients offer is ignored.</summary>
    public byte[] Protocols { get; init; } = [];

    /// <summary>Of a server: all that may be shown.</summary>
    public CertificateTable Certificates { get; init; } = CertificateTable.Empty;

    /// <summary>OCSP responses by the certificate (X509) that they are of.</summary>
    public IReadOnlyDictionary<nint, OcspResponse> Responses { get; init; } = new Dictionary<nint, OcspResponse>();

    /// <summary>Of a server. May be replaced at any time: its secrets come and go.</summary>
    public TicketKeySet? Tickets
    {
        get => _tickets;
        set => _tickets = value;
    }
}
