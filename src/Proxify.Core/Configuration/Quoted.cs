using System.Text;

namespace Proxify.Configuration;

/// <summary>Text of the user's in an error message: on one line, without control characters, and not endless.</summary>
internal static class Quoted
{
    private const int MaxLength = 60;

    /// <summary>In double quotes.</summary>
    public static string Text(string text) => $"\"{Cut(text)}\"";

    public static string Cut(string text)
    {
        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length >= MaxLength)
            {
                return result.Append('…').ToString();
            }

            result.Append(IsPrintable(rune) ? rune.ToString() : $"\\u{rune.Value:x4}");
        }

        return result.ToString();
    }

    public static string Character(Rune rune) => IsPrintable(rune) ? $"'{rune}'" : $"U+{rune.Value:X4}";

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        System.Globalization.UnicodeCategory.Control or
        System.Globalization.UnicodeCategory.Format or
        System.Globalization.UnicodeCategory.LineSeparator or
        System.Globalization.UnicodeCategory.ParagraphSeparator or
        System.Globalization.UnicodeCategory.PrivateUse or
        System.Globalization.UnicodeCategory.OtherNotAssigned);
}
