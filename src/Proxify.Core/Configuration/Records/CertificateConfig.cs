namespace Proxify.Configuration;

/// <summary>A certificate of the proxy's own, and its key.</summary>
public sealed record CertificateConfig
{
    /// <summary>A PEM file: the certificate, and after it those that lead to its authority.</summary>
    public required string Certificate { get; init; }

    /// <summary>A PEM file with the private key, not encrypted. Default (null): it is in the file of the certificate.</summary>
    public string? Key { get; init; }

    /// <summary>A file with the authority's OCSP response for it in DER, which clients that ask get along with it. Default (null): none.</summary>
    public string? Ocsp { get; init; }
}
