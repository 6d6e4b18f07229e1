using System.Globalization;
using System.Text;

namespace Proxify.Configuration;

/// <summary>Text of others (names, config values, words of a command line) in lines for terminals and logs.</summary>
internal static class Printable
{
    /// <summary>
    /// The text as one line that does nothing to a terminal: control characters (C0, DEL, C1), invisible format characters such as those that turn the
    /// direction of writing (Unicode TR 36, 3.1) and line separators appear as <c>\u001b</c>. The same string when there are none.
    /// </summary>
    public static string Line(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;

        StringBuilder? result = null;
        var done = 0;
        for (var i = 0; i < text.Length;)
        {
            // A lone half of a surrogate pair decodes to U+FFFD of length 1.
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            if (!IsPrintable(rune))
            {
                (result ??= new StringBuilder(text.Length + 16)).Append(text, done, i - done).Append(Escape(rune));
                done = i + length;
            }

            i += length;
        }

        return result is null ? text : result.Append(text, done, text.Length - done).ToString();
    }

    internal static string Escape(Rune rune) => rune.IsBmp ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}";

    internal static bool IsPrintable(Rune rune) => rune.IsAscii
        ? rune.Value is >= ' ' and < 0x7f
        : Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
