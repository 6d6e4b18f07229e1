namespace Proxify.Configuration;

/// <summary>A pattern of a certificate's subject: <c>CN=web-*,O=Example</c>. The subject has to have each of the parts, in any order.</summary>
/// <param name="Parts">Attributes as OpenSSL calls them (<c>CN</c>), and the pattern of the value of each. At least one.</param>
internal sealed record SubjectPattern(IReadOnlyList<(string Attribute, string Pattern)> Parts)
{
    public static bool IsPattern(string text) => TryParse(text) is not null;

    /// <summary>Null: the text is none. A comma that belongs to a value has a backslash before it.</summary>
    public static SubjectPattern? TryParse(string text)
    {
        var parts = new List<(string, string)>();
        foreach (var part in Split(text))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || equals == part.Length - 1 || !part[..equals].All(char.IsAsciiLetterOrDigit) || part.Any(char.IsControl))
                return null;
            parts.Add((part[..equals], part[(equals + 1)..]));
        }

        return new SubjectPattern(parts);
    }

    /// <param name="subject">The attributes of a subject and their values.</param>
    public bool Fits(IReadOnlyList<(string Attribute, string Value)> subject) => Parts.All(part => subject.Any(has =>
        has.Attribute.Equals(part.Attribute, StringComparison.OrdinalIgnoreCase) && Wildcard.Fits(part.Pattern, has.Value, null, StringComparison.Ordinal)));

    private static IEnumerable<string> Split(string text)
    {
        var part = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ',')
            {
                yield return part.ToString().Trim();
                part.Clear();
            }
            else if (text[i] != '\\')
            {
                part.Append(text[i]);
            }
            else if (++i < text.Length)
            {
                part.Append(text[i]);
            }
            else
            {
                part.Clear(); // a backslash before nothing
            }
        }

        yield return part.ToString().Trim();
    }
}
