namespace Proxify.Configuration;

/// <summary>The text of a target: <c>127.0.0.1:7001</c>, <c>[::1]:7001</c>, <c>db.internal:5432</c>, <c>_redis._tcp.cache.internal</c>.</summary>
internal static class TargetAddress
{
    private const string Forms = "expected \"127.0.0.1:7001\", \"[::1]:7001\", \"db.internal:5432\" or \"_redis._tcp.cache.internal\"";

    /// <summary>
    /// Splits host and port. Null, and what is wrong, when there are not both; whether they are good ones is the validator's question.
    /// An IP address is brought into its usual form, so that equal targets look equal.
    /// </summary>
    public static TargetConfig? Parse(string text, out string problem)
    {
        problem = $"{Forms}, found {Quoted.Text(text)}";
        var colon = text.LastIndexOf(':');
        if (colon < 0 && text.StartsWith('_') && HostSyntax.IsName(text))
        {
            return new TargetConfig { Host = text, Port = 0 };
        }

        if (colon <= 0 || text.Contains('/', StringComparison.Ordinal))
        {
            return null;
        }

        var host = text[..colon];
        if (!PortNumber.TryParse(text.AsSpan(colon + 1), out var port))
        {
            return null;
        }

        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (isBracketed)
        {
            host = host[1..^1];
        }

        if (host.Contains(':', StringComparison.Ordinal) != isBracketed)
        {
            problem = isBracketed
                ? $"only an IPv6 address is written in brackets; {problem}"
                : $"an IPv6 address is written in brackets; {problem}";
            return null;
        }

        if (port == 0)
        {
            // Not the validator's question: without a port a name may be a service.
            problem = $"port 0 is out of range; expected {PortNumber.Min}-{PortNumber.Max}";
            return null;
        }

        return new TargetConfig { Host = HostSyntax.TryParseAddress(host, out var address) ? address.ToString() : host, Port = port };
    }
}
