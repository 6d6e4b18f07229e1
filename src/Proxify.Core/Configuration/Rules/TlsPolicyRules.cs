using Proxify.Linux;

namespace Proxify.Configuration;

/// <summary>Some version of TLS is left, and OpenSSL knows the algorithms.</summary>
internal static class TlsPolicyRules
{
    public static void Check(TlsPolicyConfig policy, string path, ErrorList errors)
    {
        var (min, max) = TlsProfileValues.Versions(policy);
        if (min > max)
        {
            errors.Add($"{path}.{(policy.MaxVersion is null ? TlsPolicyOptions.MinVersion.Name : TlsPolicyOptions.MaxVersion.Name)}",
                $"the lowest version, {ConfigWords.TlsVersions.WordOf(min)}, is above the highest, {ConfigWords.TlsVersions.WordOf(max)}");
        }
    }

    /// <summary>Where OpenSSL is there.</summary>
    public static void CheckAlgorithms(TlsPolicyConfig policy, string path, ErrorList errors)
    {
        Check(policy.Ciphers, TlsPolicyOptions.Ciphers, OpenSsl.FindUnknownCipher, "cipher suite of TLS 1.2");
        Check(policy.CipherSuites, TlsPolicyOptions.CipherSuites, OpenSsl.FindUnknownCipherSuite, "cipher suite of TLS 1.3");
        Check(policy.Curves, TlsPolicyOptions.Curves, OpenSsl.FindUnknownGroup, "group");

        void Check(string? text, ReferenceOption<TlsPolicyConfig, string> option, Func<string, string?> findUnknown, string what)
        {
            if (text is not null && option.IsGood(text) && findUnknown(text) is { } unknown)
                errors.Add($"{path}.{option.Name}", $"OpenSSL has no {what} that is called {Quoted.Text(unknown)}");
        }
    }
}
