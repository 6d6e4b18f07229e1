namespace Proxify.Configuration;

/// <summary>What a profile stands for: Mozilla's server-side TLS guidelines 5.7, in OpenSSL's words. Among what both can do the client chooses.</summary>
/// <param name="MinVersion">The highest version is 1.3 in each.</param>
/// <param name="Ciphers">Of TLS 1.2.</param>
/// <param name="CipherSuites">Of TLS 1.3.</param>
/// <param name="Curves">Groups for the key exchange.</param>
internal sealed record TlsProfileValues(TlsVersion MinVersion, string Ciphers, string CipherSuites, string Curves)
{
    private const string Suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    private const string Groups = "X25519:P-256:P-384";

    private static readonly TlsProfileValues Intermediate = new(TlsVersion.Tls12,
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
        + "ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305", Suites, Groups);

    private static readonly TlsProfileValues Modern = Intermediate with { MinVersion = TlsVersion.Tls13 };

    public static TlsProfileValues Of(TlsProfile profile) => profile == TlsProfile.Modern ? Modern : Intermediate;

    /// <summary>The lowest and the highest version in force.</summary>
    public static (TlsVersion Min, TlsVersion Max) Versions(TlsPolicyConfig policy) =>
        (policy.MinVersion ?? Of(policy.Profile).MinVersion, policy.MaxVersion ?? TlsVersion.Tls13);
}
