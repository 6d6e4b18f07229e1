namespace Proxify.Configuration;

/// <summary>What <c>Tls</c> and <c>TargetTls</c> have alike.</summary>
internal static class TlsPolicyOptions
{
    private const string OfProfile = "the profile's";

    public static readonly ValueOption<TlsPolicyConfig, TlsProfile> Profile = new(
        nameof(Profile), ConfigWords.TlsProfiles, t => t.Profile, (t, value) => t with { Profile = value },
        "[Mozilla's recommendation](#tls-profiles) that holds for what the following keys do not set", TlsProfile.Intermediate);

    public static readonly ValueOption<TlsPolicyConfig, TlsVersion> MinVersion = new(
        nameof(MinVersion), ConfigWords.TlsVersions, t => t.MinVersion, (t, value) => t with { MinVersion = value },
        "the lowest version of TLS");

    public static readonly ValueOption<TlsPolicyConfig, TlsVersion> MaxVersion = new(
        nameof(MaxVersion), ConfigWords.TlsVersions, t => t.MaxVersion, (t, value) => t with { MaxVersion = value },
        "the highest version of TLS");

    public static readonly ReferenceOption<TlsPolicyConfig, string> Ciphers = new(
        nameof(Ciphers), TlsText.Ciphers, t => t.Ciphers, (t, value) => t with { Ciphers = value },
        "cipher suites of TLS 1.2: `\"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE+AESGCM\"`");

    public static readonly ReferenceOption<TlsPolicyConfig, string> CipherSuites = new(
        nameof(CipherSuites), TlsText.CipherSuites, t => t.CipherSuites, (t, value) => t with { CipherSuites = value },
        "cipher suites of TLS 1.3: `\"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384\"`");

    public static readonly ReferenceOption<TlsPolicyConfig, string> Curves = new(
        nameof(Curves), TlsText.Groups, t => t.Curves, (t, value) => t with { Curves = value },
        "groups for the key exchange: `\"X25519:P-256\"`");

    /// <summary>The options as those of a record that derives.</summary>
    public static Option<TRecord>[] In<TRecord>()
        where TRecord : TlsPolicyConfig
    {
        Option<TlsPolicyConfig>[] shared = [Profile, MinVersion, MaxVersion, Ciphers, CipherSuites, Curves];
        return [.. shared.Select(option => new SharedOption<TRecord, TlsPolicyConfig>(option) { Absent = option.Default is null ? OfProfile : null })];
    }
}
