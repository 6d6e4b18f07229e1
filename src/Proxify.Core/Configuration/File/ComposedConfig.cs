using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>
/// A config that is kept in parts: a document as a file has it, and apps by themselves. Together they make one text, which is a valid config file by itself,
/// and in which each line is a line of one part, with the same columns.
/// </summary>
internal sealed class ComposedConfig
{
    private const byte NewLine = (byte)'\n';

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly List<Section> _sections = [];
    private readonly List<string> _apps = [];
    private int _lines;

    private ComposedConfig()
    {
    }

    /// <summary>Reads and validates, as <see cref="ConfigReader"/> does.</summary>
    /// <param name="document">All but the apps, or some of these as well.</param>
    /// <param name="apps">In the order in which they stand in the config, behind those of the document.</param>
    /// <returns>Errors say which part they are in; of parts that are no JSON objects only that is said.</returns>
    public static ConfigResult Read(ConfigPart document, IReadOnlyList<ConfigPart> apps)
    {
        var errors = new List<ConfigError>();
        var root = Parse(document, errors);
        foreach (var app in apps)
        {
            if (errors.Count < ErrorList.Limit)
                _ = Parse(app, errors);
        }

        if (errors.Count > 0)
            return new ConfigResult(null, errors);
        var parts = new ComposedConfig();
        parts.Write(document, root!, apps);
        var text = parts._text.WrittenSpan.ToArray();
        if (text.Length > ConfigFile.MaxBytes)
            return new ConfigResult(null, [new ConfigError("", $"is larger than {ConfigFile.MaxBytes / 1024 / 1024} MiB")]);
        var result = ConfigReader.Read(text);
        return result with
        {
            Config = result.Config is { } config ? config with { Content = text } : null,
            Errors = parts.Place(result.Errors),
            Parts = parts,
        };
    }

    /// <summary>Gives errors with a place in the whole text their part and the place in it.</summary>
    public IReadOnlyList<ConfigError> Place(IReadOnlyList<ConfigError> errors) =>
        [.. errors.Select(error => error.Line == 0 || error.Source is not null ? error : Place(error))];

    private ConfigError Place(ConfigError error)
    {
        var section = _sections.FindLast(section => section.FirstLine <= error.Line);
        return error with
        {
            Source = section.Name,
            Line = Math.Min(error.Line - section.FirstLine + section.LineInPart, section.LastLineInPart),
            Message = Explain(error.Message),
        };
    }

    /// <summary>Says of each app that a message mentions by its number which part it is.</summary>
    private string Explain(string message)
    {
        const string Mention = "Apps[";
        var explained = new StringBuilder(message);
        var told = new HashSet<int>();
        for (var at = message.IndexOf(Mention, StringComparison.Ordinal); at >= 0; at = message.IndexOf(Mention, at + 1, StringComparison.Ordinal))
        {
            var digits = message.AsSpan(at + Mention.Length);
            var end = digits.IndexOf(']');
            if (end > 0 && int.TryParse(digits[..end], out var app) && PartOf(app) is { } part && told.Add(app))
                explained.Append(System.Globalization.CultureInfo.InvariantCulture, $" (Apps[{app}] is {part})");
        }

        return explained.ToString();
    }

    private string? PartOf(int app) => app < _apps.Count ? _apps[app] : null;

    private static ConfigNode? Parse(ConfigPart part, List<ConfigError> errors)
    {
        var root = ConfigParser.Parse(part.Text.Span, out var error);
        if (root is { Kind: not JsonValueKind.Object })
            error = new ConfigError("", $"expected an object, found {root.Describe()}", root.At.Line, root.At.Column);
        if (error is not null)
            errors.Add(error with { Source = part.Name });
        return root;
    }

    /// <summary>The apps come first in the document's own array, or in one of their own: there a comma behind the last one is never too many.</summary>
    private void Write(ConfigPart document, ConfigNode root, IReadOnlyList<ConfigPart> apps)
    {
        var text = WithoutMark(document.Text);
        if (apps.Count == 0)
        {
            Add(document.Name, text.Span, TextPosition.Start);
            return;
        }

        var own = root.Members.Find(member => member.Name == RootOptions.Apps.Name).Value;
        var place = own is { Kind: JsonValueKind.Array } ? own.At : root.At;
        var after = place with { Column = place.Column + 1 }; // behind its bracket
        var split = OffsetOf(text.Span, after);
        Add(document.Name, text.Span[..split], TextPosition.Start);
        AddOwn(document.Name, after, place == root.At ? $"\"{RootOptions.Apps.Name}\": [" : "");
        foreach (var app in apps)
        {
            _apps.Add(app.Name);
            AddOwn(app.Name, TextPosition.Start, $"/* {app.Name.Replace("*/", "", StringComparison.Ordinal)} */");
            Add(app.Name, WithoutMark(app.Text).Span, TextPosition.Start);
            AddOwn(app.Name, TextPosition.Start, ",");
        }

        if (own is { Kind: JsonValueKind.Array })
            _apps.AddRange(own.Items.Select(_ => document.Name));
        else
            AddOwn(document.Name, after, "],");
        Add(document.Name, [.. Enumerable.Repeat((byte)' ', after.Column - 1), .. text.Span[split..]], after);
    }

    private void Add(string part, ReadOnlySpan<byte> text, TextPosition at)
    {
        var lines = text.Count(NewLine) + 1;
        _sections.Add(new Section(_lines + 1, part, at.Line, at.Line + lines - 1));
        _lines += lines;
        _text.Write(text);
        _text.Write([NewLine]);
    }

    /// <summary>What is in no part: an error here is one of the place where it was put in.</summary>
    private void AddOwn(string part, TextPosition at, string line) => Add(part, Encoding.UTF8.GetBytes(line), at);

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> text) =>
        text.Span.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;

    private static int OffsetOf(ReadOnlySpan<byte> text, TextPosition position)
    {
        var offset = 0;
        for (var line = 1; line < position.Line; line++)
            offset += text[offset..].IndexOf(NewLine) + 1;
        return offset + position.Column - 1;
    }

    /// <param name="FirstLine">In the whole text; it ends where the next one begins.</param>
    /// <param name="Name">Of the part.</param>
    /// <param name="LineInPart">Which line of the part the first one is.</param>
    /// <param name="LastLineInPart">Which the last one is.</param>
    private readonly record struct Section(int FirstLine, string Name, int LineInPart, int LastLineInPart);
}
