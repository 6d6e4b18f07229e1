using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Proxify.Configuration;

/// <summary>
/// UTF-8 JSON text to a tree of nodes with positions. Comments and trailing commas are allowed, as in editors' "JSON with comments"; a byte order mark is
/// skipped.
/// </summary>
internal static class ConfigParser
{
    /// <summary>More than any valid config has, and few enough for every tool that might read the file too.</summary>
    public const int MaxDepth = 64;

    /// <summary>Every port of an IP address, listed one by one, and as many targets: a bound on memory, not on use.</summary>
    public const int MaxValues = 1_000_000;

    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = MaxDepth,
    };

    /// <summary>The root, or null and the one syntax error.</summary>
    public static ConfigNode? Parse(ReadOnlySpan<byte> utf8, out ConfigError? error)
    {
        var text = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        if (!Utf8.IsValid(text))
        {
            error = Error(text, FirstInvalid(text), "not UTF-8 text");
            return null;
        }

        return Read(text, out error);
    }

    private static ConfigNode? Read(ReadOnlySpan<byte> text, out ConfigError? error)
    {
        var reader = new Utf8JsonReader(text, Options);
        var lines = new LineCounter(text);
        var tree = new ConfigTree();
        var (last, end) = (JsonTokenType.None, 0);
        error = null;

        try
        {
            while (reader.Read())
            {
                (last, end) = (reader.TokenType, (int)reader.BytesConsumed);
                if (last is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    tree.Close();
                    continue;
                }

                var at = lines.At((int)reader.TokenStartIndex);
                if (last == JsonTokenType.PropertyName)
                    tree.Key(reader.GetString()!, at);
                else
                    tree.Add(Node(ref reader, at));

                if (tree.Count > MaxValues)
                {
                    error = new ConfigError("", $"more than {MaxValues:N0} values", at.Line, at.Column);
                    return null;
                }
            }

            return tree.Root;
        }
        catch (JsonException)
        {
            var at = JsonSyntaxError.Explain(text, end, last, tree.Open, out var message);
            error = Error(text, at, message);
            return null;
        }
        catch (InvalidOperationException)
        {
            // GetString of an escape such as \ud800 without its other half: syntactically JSON, yet no text.
            error = Error(text, (int)reader.TokenStartIndex, "text with half a surrogate pair (\\ud800-\\udfff)");
            return null;
        }
    }

    private static ConfigNode Node(ref Utf8JsonReader reader, TextPosition at) => reader.TokenType switch
    {
        JsonTokenType.StartObject => new ConfigNode(JsonValueKind.Object, at),
        JsonTokenType.StartArray => new ConfigNode(JsonValueKind.Array, at),
        JsonTokenType.String => new ConfigNode(JsonValueKind.String, at, reader.GetString()),
        JsonTokenType.Number => new ConfigNode(JsonValueKind.Number, at, Encoding.ASCII.GetString(reader.ValueSpan)),
        JsonTokenType.True => new ConfigNode(JsonValueKind.True, at),
        JsonTokenType.False => new ConfigNode(JsonValueKind.False, at),
        _ => new ConfigNode(JsonValueKind.Null, at),
    };

    private static ConfigError Error(ReadOnlySpan<byte> text, int offset, string message)
    {
        var at = new LineCounter(text).At(offset);
        return new ConfigError("", message, at.Line, at.Column);
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;

        return at;
    }
}
