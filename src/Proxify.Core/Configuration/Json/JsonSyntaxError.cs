using System.Text;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>
/// Says what is wrong with a text that <see cref="Utf8JsonReader"/> refused. Its own messages speak of byte positions and are not there at all in a
/// NativeAOT binary without resources, so this looks again at what follows the last good token.
/// </summary>
internal readonly ref struct JsonSyntaxError
{
    private const string UnclosedComment = "the comment that begins here is not closed with */";

    private readonly ReadOnlySpan<byte> _text;
    private readonly ConfigNode? _container;

    private JsonSyntaxError(ReadOnlySpan<byte> text, ConfigNode? container)
    {
        _text = text;
        _container = container;
    }

    /// <param name="text">The whole text.</param>
    /// <param name="from">Where the last good token ended (a key's token includes its colon).</param>
    /// <param name="last">The last good token.</param>
    /// <param name="container">The innermost object or array that is open there.</param>
    /// <param name="message">What was expected and found.</param>
    /// <returns>The offset of the error.</returns>
    public static int Explain(ReadOnlySpan<byte> text, int from, JsonTokenType last, ConfigNode? container, out string message) =>
        new JsonSyntaxError(text, container).Explain(from, last, out message);

    private int Explain(int at, JsonTokenType last, out string message)
    {
        if (!SkipBlank(ref at))
        {
            message = UnclosedComment;
            return at;
        }

        switch (last)
        {
            case JsonTokenType.None or JsonTokenType.PropertyName or JsonTokenType.StartArray:
                return ExplainValue(at, out message);
            case JsonTokenType.StartObject:
                return ExplainKey(at, out message);
        }

        if (_container is null || at == _text.Length || _text[at] != ',')
            return ExplainEndOfValue(at, out message);

        at++;
        if (!SkipBlank(ref at))
        {
            message = UnclosedComment;
            return at;
        }

        return _container.Kind == JsonValueKind.Object ? ExplainKey(at, out message) : ExplainValue(at, out message);
    }

    private int ExplainKey(int at, out string message)
    {
        if (at < _text.Length && _text[at] == '"')
        {
            var start = at;
            if (!SkipString(ref at, out message))
                return at;

            var key = Encoding.UTF8.GetString(_text[start..at]);
            message = SkipBlank(ref at) ? $"expected ':' after the key {Quoted.Cut(key)}, found {Found(at)}" : UnclosedComment;
            return at;
        }

        message = at == _text.Length ? UnexpectedEnd() : $"expected a key in double quotes, found {Found(at)}";
        return at;
    }

    private int ExplainValue(int at, out string message)
    {
        var start = at;
        if (at == _text.Length)
        {
            message = UnexpectedEnd();
        }
        else if (_text[at] == '"')
        {
            if (SkipString(ref at, out message))
                return ExplainEndOfValue(at, out message);
        }
        else if (_text[at] is (byte)'{' or (byte)'[')
        {
            message = $"nested deeper than {ConfigParser.MaxDepth} levels";
        }
        else if (TakeWord(at) is { Length: > 0 } word)
        {
            at += word.Length;
            if (IsScalar(word))
            {
                // At the end of the text the reader refuses even a good number.
                return ExplainEndOfValue(at, out message);
            }

            message = $"{Quoted.Cut(Encoding.UTF8.GetString(word))} is not a JSON value; text is written in double quotes";
            return start;
        }
        else
        {
            message = $"expected a value, found {Found(at)}";
        }

        return at;
    }

    private int ExplainEndOfValue(int at, out string message)
    {
        message = _container switch
        {
            null => $"expected nothing more after the end of the config, found {Found(at)}",
            _ when at == _text.Length => UnexpectedEnd(),
            { Kind: JsonValueKind.Object } => $"expected ',' or '}}', found {Found(at)}",
            _ => $"expected ',' or ']', found {Found(at)}",
        };
        return at;
    }

    private string UnexpectedEnd() => _container switch
    {
        null => "the file is empty; expected an object such as {\"Apps\": [...]}",
        { Kind: JsonValueKind.Object } => $"the file ends here, but the object that begins at {_container.At} is not closed",
        _ => $"the file ends here, but the array that begins at {_container.At} is not closed",
    };

    private string Found(int at)
    {
        if (at == _text.Length)
            return "the end of the file";

        Rune.DecodeFromUtf8(_text[at..], out var rune, out _);
        return Quoted.Character(rune);
    }

    /// <summary>Goes over white space and comments; false, at its start, for a comment without an end.</summary>
    private bool SkipBlank(ref int at)
    {
        while (at < _text.Length)
        {
            var rest = _text[at..];
            if (rest[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                at++;
            }
            else if (rest.StartsWith("//"u8))
            {
                var end = rest.IndexOf((byte)'\n');
                at = end < 0 ? _text.Length : at + end + 1;
            }
            else if (rest.StartsWith("/*"u8))
            {
                var end = rest[2..].IndexOf("*/"u8);
                if (end < 0)
                    return false;

                at += end + 4;
            }
            else
            {
                break;
            }
        }

        return true;
    }

    /// <summary>Goes over a string; false, with the place and the reason, when it is malformed.</summary>
    private bool SkipString(ref int at, out string message)
    {
        message = "";
        for (var i = at + 1; i < _text.Length; i++)
        {
            switch (_text[i])
            {
                case (byte)'"':
                    at = i + 1;
                    return true;
                case (byte)'\\' when !IsEscape(_text[i..]):
                    at = i;
                    message = "not a JSON escape; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hex digits";
                    return false;
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'\n' or (byte)'\r':
                    message = "the text that begins here is not closed with '\"' on its line";
                    return false;
                case < 0x20:
                    at = i;
                    message = $"control character U+{_text[i]:X4} in a text; expected it escaped as \\u{_text[i]:x4}";
                    return false;
            }
        }

        message = "the text that begins here is not closed with '\"'";
        return false;
    }

    private static bool IsEscape(ReadOnlySpan<byte> text) => text.Length >= 2 && text[1] switch
    {
        (byte)'u' => text.Length >= 6 && char.IsAsciiHexDigit((char)text[2]) && char.IsAsciiHexDigit((char)text[3])
            && char.IsAsciiHexDigit((char)text[4]) && char.IsAsciiHexDigit((char)text[5]),
        var c => "\"\\/bfnrt"u8.Contains(c),
    };

    private ReadOnlySpan<byte> TakeWord(int at)
    {
        var end = at;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit((char)_text[end]) || "+-._"u8.Contains(_text[end])))
            end++;

        return _text[at..end];
    }

    private static bool IsScalar(ReadOnlySpan<byte> word)
    {
        try
        {
            var reader = new Utf8JsonReader(word);
            return reader.Read() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
