namespace Proxify.Configuration;

/// <summary>The text of a port: decimal digits, nothing else. Whether the number is a port (1-65535) is the validator's question.</summary>
internal static class PortNumber
{
    public const int Min = 1;
    public const int Max = 65535;

    public static bool IsValid(int port) => port is >= Min and <= Max;

    /// <summary>What an error says of one that is not valid.</summary>
    public static string OutOfRange(int port) => $"port {port} is out of range; expected {Min}-{Max}";

    /// <summary>False for anything but up to nine digits without a leading zero.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text.Length is > 0 and <= 9
            && !text.ContainsAnyExceptInRange('0', '9')
            && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, out port);
    }

    public static bool TryParseRange(string text, out PortRange range)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var first = dash < 0 ? text : text.AsSpan(0, dash);
        var last = dash < 0 ? first : text.AsSpan(dash + 1);
        range = default;
        if (!TryParse(first, out var from) || !TryParse(last, out var to))
            return false;

        range = new PortRange(from, to);
        return true;
    }
}
