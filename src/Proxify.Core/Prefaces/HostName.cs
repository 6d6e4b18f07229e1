using System.Text;

namespace Proxify.Prefaces;

/// <summary>Names of hosts as clients send them: each has one form here, ASCII in lower case without a final dot.</summary>
internal static class HostName
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    /// <summary>
    /// Null where it cannot be a host's name: it has other characters than letters, digits, <c>-</c>, <c>_</c> and dots, an empty label, or is too long; or it
    /// is an address, which RFC 6066 does not permit: its last label is a number then.
    /// </summary>
    public static string? Parse(ReadOnlySpan<byte> text)
    {
        if (text is [.. var absolute, (byte)'.'])
            text = absolute;
        if (text.Length is 0 or > MaxName)
            return null;

        Span<byte> name = stackalloc byte[MaxName];
        var (label, isNumber) = (0, true);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter == '.' ? label == 0 : !IsOfLabel(letter) || label == MaxLabel)
                return null;
            (label, isNumber) = letter == '.' ? (0, true) : (label + 1, isNumber && char.IsAsciiDigit((char)letter));
            name[i] = (byte)char.ToLowerInvariant((char)letter);
        }

        return label == 0 || isNumber ? null : Encoding.ASCII.GetString(name[..text.Length]);
    }

    private static bool IsOfLabel(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'-' or (byte)'_';
}
