namespace Proxify.Configuration;

/// <summary>A name that TLS clients ask for: a host's, or <c>*.</c> and the end of such names.</summary>
internal static class ServerNameText
{
    private const string Wildcard = "*.";

    public static TextType Type { get; } = new("server name", "a server name such as \"www.example.com\" or \"*.example.com\"", text =>
        HostSyntax.IsName(text.StartsWith(Wildcard, StringComparison.Ordinal) ? text[Wildcard.Length..] : text));

    /// <summary>The one form of names that are the same: DNS knows no case, and a final dot says only that the name is whole.</summary>
    public static string Normalize(string text) => (text.EndsWith('.') ? text[..^1] : text).ToLowerInvariant();
}
