namespace Proxify.Configuration;

/// <summary>TLS to targets, which begins at the proxy. Relative paths are relative to the config file's folder, or to the current one.</summary>
public sealed record TargetTlsConfig : TlsPolicyConfig
{
    /// <summary>Whether a target has to show a certificate that is good for its name. Default true.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>PEM files with the authorities that its certificate has to lead to. Default (empty): those that the system trusts.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    /// <summary>PEM files with revocation lists (CRLs), as of <see cref="ClientCertificatesConfig.RevocationLists"/>. Default: empty.</summary>
    public IReadOnlyList<string> RevocationLists { get; init; } = [];

    /// <summary>
    /// The name, or IP address, that targets are asked for (SNI, names only) and that their certificates have to have. Default (null): the target's own.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>Application protocols that are offered to targets (ALPN), the preferred one first. Default (empty): none.</summary>
    public IReadOnlyList<string> Alpn { get; init; } = [];

    /// <summary>A PEM file: the certificate that targets get when they ask for one, and those that lead to its authority. Default (null): none.</summary>
    public string? Certificate { get; init; }

    /// <summary>A PEM file with its private key, not encrypted. Default (null): it is in the file of the certificate.</summary>
    public string? Key { get; init; }
}
