namespace Proxify.Configuration;

/// <summary><c>Line</c> of an app.</summary>
internal static class LineOptions
{
    private const int LongestDelimiter = 8;

    public static readonly ValueOption<LineConfig, ReadOnlyMemory<byte>> Delimiter = new(
        nameof(Delimiter), new BytesType(1, LongestDelimiter), l => l.Delimiter, (l, value) => l with { Delimiter = value },
        "what a message ends with: `\"\\r\\n\"`, `\"hex:00\"`", "\n"u8.ToArray());

    public static readonly ValueOption<LineConfig, long> Maximum = new(
        nameof(Maximum), LengthPrefixOptions.MessageSize, l => l.Maximum, (l, value) => l with { Maximum = value },
        "the longest message, its delimiter included", 64L << 10);

    public static readonly Section<LineConfig> Section = new("an object such as {\"Delimiter\": \"\\r\\n\"}", Delimiter, Maximum);
}
