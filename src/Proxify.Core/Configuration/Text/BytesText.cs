using System.Text;

namespace Proxify.Configuration;

/// <summary>
/// How bytes are written: as text, which stands for its UTF-8, or in hex after <c>hex:</c>. A text that begins like that itself is written in hex.
/// </summary>
internal static class BytesText
{
    public const string HexPrefix = "hex:";

    /// <summary>Null, when there is <c>hex:</c> and no whole bytes after it.</summary>
    public static byte[]? Parse(string text)
    {
        if (!text.StartsWith(HexPrefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(text);

        try
        {
            return Convert.FromHexString(text.AsSpan(HexPrefix.Length));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
