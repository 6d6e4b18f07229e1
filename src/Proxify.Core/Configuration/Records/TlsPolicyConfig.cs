namespace Proxify.Configuration;

/// <summary>Which versions and algorithms of TLS are spoken. What is not set comes from <see cref="Profile"/>.</summary>
public record TlsPolicyConfig
{
    /// <summary>Mozilla's recommendation that holds for what is not set. Default <see cref="TlsProfile.Intermediate"/>.</summary>
    public TlsProfile Profile { get; init; }

    /// <summary>The lowest version. Default: the profile's.</summary>
    public TlsVersion? MinVersion { get; init; }

    /// <summary>The highest version, no lower than the lowest. Default: the profile's.</summary>
    public TlsVersion? MaxVersion { get; init; }

    /// <summary>Cipher suites of TLS 1.2, as OpenSSL lists them (openssl-ciphers(1)). Default: the profile's.</summary>
    public string? Ciphers { get; init; }

    /// <summary>Cipher suites of TLS 1.3, as OpenSSL lists them. Default: the profile's.</summary>
    public string? CipherSuites { get; init; }

    /// <summary>Groups for key exchange, as OpenSSL lists them: <c>X25519:P-256</c>. Default: the profile's.</summary>
    public string? Curves { get; init; }
}
