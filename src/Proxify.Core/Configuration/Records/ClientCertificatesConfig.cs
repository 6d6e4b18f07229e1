namespace Proxify.Configuration;

/// <summary>
/// Which client certificates are good. One that is shown has to lead to an authority, be in force and not revoked; where there are patterns
/// (<see cref="Subjects"/>, <see cref="Names"/>, <see cref="Fingerprints"/>), it has to match one of them besides.
/// </summary>
public sealed record ClientCertificatesConfig
{
    /// <summary>Whether a client has to show one. Default <see cref="ClientCertificateMode.Require"/>.</summary>
    public ClientCertificateMode Mode { get; init; }

    /// <summary>PEM files with the authorities that certificates have to lead to. At least one.</summary>
    public required IReadOnlyList<string> Authorities { get; init; }

    /// <summary>
    /// PEM files with revocation lists (CRLs). When there is one, every certificate of the chain is looked up, and each of their issuers needs a list that is
    /// in force. Default (empty): revocation is not looked at.
    /// </summary>
    public IReadOnlyList<string> RevocationLists { get; init; } = [];

    /// <summary>Patterns of subjects: <c>CN=web-*,O=Example</c>, each part of which the subject has to have. Default: empty.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>
    /// Patterns of alternative names with their kind: <c>dns:*.clients.internal</c>, <c>uri:spiffe://prod/**</c>, <c>email:*@example.com</c>. Default: empty.
    /// </summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>SHA-256 of whole certificates (DER) in hex, with or without colons. Default: empty.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>How many certificates may stand between the client's and an authority. 0 to 10, default 4.</summary>
    public int Depth { get; init; } = ClientCertificatesOptions.Depth.Value;
}
