namespace Proxify.Configuration;

/// <summary>
/// The text of a target: <c>127.0.0.1:7001</c>, <c>[::1]:7001</c>, <c>db.internal:5432</c>, <c>10.0.0.7</c>, <c>10.0.0.7:+1000</c>,
/// <c>_redis._tcp.cache.internal</c>.
/// </summary>
internal static class TargetAddress
{
    private const string Forms =
        "expected \"127.0.0.1:7001\", \"[::1]:7001\", \"db.internal:5432\", \"_redis._tcp.cache.internal\", or \"10.0.0.7\" or \"10.0.0.7:+1000\" for the client's port";

    /// <summary>
    /// Splits host and port. Null, and what is wrong, when it has no such form; whether host and port are good ones is the validator's question.
    /// An IP address is brought into its usual form, so that equal targets look equal.
    /// </summary>
    public static (string Host, int Port, int? PortOffset)? Split(string text, out string problem)
    {
        problem = $"{Forms}, found {Quoted.Text(text)}";
        var colon = text.EndsWith(']') ? -1 : text.LastIndexOf(':');
        if (colon < 0 && text.StartsWith('_') && HostSyntax.IsName(text))
            return (text, 0, null);

        if (text.Length == 0 || colon == 0 || text.Contains('/', StringComparison.Ordinal))
            return null;

        var host = colon < 0 ? text : text[..colon];
        if (!TryParsePort(colon < 0 ? "+0" : text.AsSpan(colon + 1), out var port, out var offset))
            return null;

        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (isBracketed)
            host = host[1..^1];

        if (host.Contains(':', StringComparison.Ordinal) != isBracketed)
        {
            problem = isBracketed
                ? $"only an IPv6 address is written in brackets; {problem}"
                : $"an IPv6 address is written in brackets; {problem}";
            return null;
        }

        if (port == 0 && offset is null)
        {
            // Not the validator's question: without a port a name may be a service.
            problem = $"port 0 is out of range; expected {PortNumber.Min}-{PortNumber.Max}";
            return null;
        }

        if (colon < 0 && !isBracketed && !HostSyntax.TryParseAddress(host, out _) && !HostSyntax.IsName(host))
        {
            return null; // Neither a host nor anything else: most likely the port was forgotten together with something.
        }

        return (HostSyntax.TryParseAddress(host, out var address) ? address.ToString() : host, port, offset);
    }

    /// <summary>A port, or <c>+</c> or <c>-</c> and the distance from the client's.</summary>
    private static bool TryParsePort(ReadOnlySpan<char> text, out int port, out int? offset)
    {
        (port, offset) = (0, null);
        if (text.IsEmpty || text[0] is not ('+' or '-'))
            return PortNumber.TryParse(text, out port);

        if (!PortNumber.TryParse(text[1..], out var distance))
            return false;

        offset = text[0] == '-' ? -distance : distance;
        return true;
    }
}
