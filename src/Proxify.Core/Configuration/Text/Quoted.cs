using System.Text;

namespace Proxify.Configuration;

/// <summary>Text of the user's in an error message: on one line, without control characters, and not endless.</summary>
internal static class Quoted
{
    private const int MaxLength = 60;

    /// <summary>In double quotes, as JSON writes it: with a backslash before a quote or a backslash.</summary>
    public static string Text(string text) => $"\"{Cut(text, isQuoted: true)}\"";

    public static string Cut(string text) => Cut(text, isQuoted: false);

    public static string Character(Rune rune) => Printable.IsPrintable(rune) ? $"'{rune}'" : $"U+{rune.Value:X4}";

    private static string Cut(string text, bool isQuoted)
    {
        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= MaxLength)
                return result.Append('…').ToString();

            if (isQuoted && rune.Value is '"' or '\\')
                result.Append('\\');

            result.Append(Printable.IsPrintable(rune) ? rune.ToString() : Printable.Escape(rune));
        }

        return result.ToString();
    }
}
