using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Proxify.Configuration;

/// <summary>What may stand as a host: an IP literal in its usual form, or a name.</summary>
internal static class HostSyntax
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    /// <summary>
    /// Stricter than <see cref="IPAddress.TryParse(string, out IPAddress)"/>, which also takes 1, 127.1, 0x7f.1, 0177.0.0.1, brackets, ports after brackets,
    /// and zones that do not exist.
    /// </summary>
    public static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        if (!IPAddress.TryParse(text, out address) || text.Contains('[', StringComparison.Ordinal))
        {
            address = null;
            return false;
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text
            : !text.Contains('%', StringComparison.Ordinal) || address.ScopeId != 0;
    }

    /// <summary>RFC 1123, 2.1 and RFC 1035, 2.3.4, with the underscore that real networks use and the final dot of an absolute name.</summary>
    public static bool IsName(string text)
    {
        var name = text.EndsWith('.') ? text[..^1] : text;
        if (name.Length is 0 or > MaxName)
            return false;

        var labels = name.Split('.');
        return Array.TrueForAll(labels, IsLabel) && !IsNumber(labels[^1]);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabel
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        && label[0] != '-'
        && label[^1] != '-';

    // A name that ends in a number is a (malformed) IPv4 address to resolvers: https://url.spec.whatwg.org/#ends-in-a-number-checker
    private static bool IsNumber(string label) =>
        label.All(char.IsAsciiDigit)
        || (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && label.Skip(2).All(char.IsAsciiHexDigit));
}
