using System.Text;

namespace Proxify.Configuration;

/// <summary>The texts of the TLS options.</summary>
internal static class TlsText
{
    private const int MostProtocol = 255; // RFC 7301, 3.1: a byte says how long it is.
    private const int FingerprintBytes = 32;

    public static TextType File { get; } = new("path of a file", "the path of a file", IsPath);

    public static TextType Ciphers { get; } = Algorithms("cipher suites", "ECDHE+AESGCM");

    public static TextType CipherSuites { get; } = Algorithms("cipher suites", "TLS_AES_128_GCM_SHA256");

    public static TextType Groups { get; } = Algorithms("groups", "X25519:P-256");

    public static TextType Protocol { get; } = new("name of a protocol", "a protocol's name such as \"h2\"", text =>
        text.Length is > 0 and <= MostProtocol && text.All(c => c is > ' ' and <= '~'));

    public static TextType Host { get; } = new("host name or IP address", "a host name or an IP address", text =>
        HostSyntax.IsName(text) || HostSyntax.TryParseAddress(text, out _));

    public static TextType Subject { get; } = new("pattern of a subject", "a subject's parts such as \"CN=web-*,O=Example\"", SubjectPattern.IsPattern);

    public static TextType Name { get; } = new(
        "pattern of a name", "\"dns:\", \"uri:\" or \"email:\" and a name, such as \"dns:*.clients.internal\"", NamePattern.IsPattern);

    public static TextType Fingerprint { get; } = new(
        "SHA-256 in hex", $"the SHA-256 of a certificate, {FingerprintBytes * 2} hex digits with or without colons", text => TryParseFingerprint(text) is not null);

    /// <summary>Null: it is none.</summary>
    public static byte[]? TryParseFingerprint(string text)
    {
        var pairs = text.Contains(':', StringComparison.Ordinal) ? text.Split(':') : [.. text.Chunk(2).Select(pair => new string(pair))];
        return pairs.Length == FingerprintBytes && Array.TrueForAll(pairs, pair => pair.Length == 2 && pair.All(char.IsAsciiHexDigit))
            ? Convert.FromHexString(string.Concat(pairs))
            : null;
    }

    /// <summary>Which names there are, OpenSSL knows.</summary>
    private static TextType Algorithms(string what, string example) => new(
        $"{what} in OpenSSL's words, with colons between them", $"{what} such as \"{example}\"",
        text => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_+!@=.:".Contains(c)));

    private static bool IsPath(string text) => text.Length > 0 && !text.EnumerateRunes().Any(Rune.IsControl);
}
