using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Proxify.Configuration;
using Proxify.Runtime;

namespace Proxify.Program.Admin;

/// <summary>
/// The config's text for those who ask: byte by byte as its author wrote it, comments included, but for what checks send, which may be a password, and, if
/// that is asked for, for what was changed at run time.
/// </summary>
/// <param name="content">Of a valid file.</param>
internal sealed class ConfigText(byte[] content)
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>In the order of the text.</summary>
    private readonly List<Replacement> _replaced = [];

    public static byte[] Write(ProxyModel model, bool withChanges)
    {
        var text = new ConfigText(model.Config.Content ?? []);
        if (withChanges)
            text.Edit(model.Config, (model.Overrides with { Paused = [] }).ApplyTo(model.Config), model.Overrides.Paused);
        else
            text.Edit(model.Config, model.Config, Overrides.None.Paused);
        return text.Written();
    }

    /// <param name="config">As it was written.</param>
    /// <param name="changed">As it is to be written.</param>
    /// <param name="paused">Apps that take no connections, which a file cannot say: a comment does.</param>
    private void Edit(ProxyConfig config, ProxyConfig changed, ImmutableHashSet<string> paused)
    {
        var reader = new Utf8JsonReader(Text, Options);
        var (app, apps) = (-1, false);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject && apps && reader.CurrentDepth == 2)
                app++;
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            var (depth, name) = (reader.CurrentDepth, reader.GetString());
            reader.Read();
            if (depth == 1)
                apps = name == RootOptions.Apps.Name;
            var start = (int)reader.TokenStartIndex;
            if (name == HealthOptions.Send.Name && reader.TokenType == JsonTokenType.String)
                Add(start, (int)reader.BytesConsumed, "\"...\" /* not shown */");
            if (!apps || depth != 3 || (name != AppOptions.Ports.Name && name != AppOptions.Targets.Name))
                continue;
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            var (before, now) = (config.Apps[app], changed.Apps[app]);
            if (name == AppOptions.Ports.Name)
                EditPorts(start, end, before, now, paused.Contains(before.Name));
            else if (!now.Targets.SequenceEqual(before.Targets))
                Add(start, end, Targets(before, now, IndentAt(start, end)));
        }
    }

    private void EditPorts(int start, int end, AppConfig before, AppConfig now, bool isPaused)
    {
        if (now.Ports.Count != before.Ports.Count)
            Add(start, end, $"[{string.Join(", ", now.Ports.Select(p => p.First == p.Last ? $"{p.First}" : $"\"{p}\""))}] /* changed at run time */");
        if (isPaused)
            Add(end, end, " /* paused at run time: it takes no connections */");
    }

    /// <param name="before">As the file has it.</param>
    /// <param name="now">As it is in force.</param>
    /// <param name="indent">Null: all on one line.</param>
    private static string Targets(AppConfig before, AppConfig now, (string Items, string End)? indent)
    {
        // Nor can a file say that nobody takes sessions.
        var isDrained = now.Targets.All(target => target.Weight == 0);
        var own = before.Targets.ToDictionary(target => target.Address, StringComparer.Ordinal);
        var targets = now.Targets.Select(target =>
            !own.TryGetValue(target.Address, out var configured)
                ? $"{Target(isDrained ? target with { Weight = TargetOptions.Weight.Value } : target)} /* added at run time{(isDrained ? ", weight 0" : "")} */"
            : configured.Weight == target.Weight ? Target(target)
            : isDrained ? $"{Target(configured)} /* weight 0 at run time, as of all others */"
            : $"{Target(target)} /* weight set at run time, configured: {configured.Weight} */").ToList();
        var kept = now.Targets.Select(target => target.Address).ToHashSet(StringComparer.Ordinal);
        var gone = before.Targets.Where(target => !kept.Contains(target.Address)).Select(target => $"/* {Target(target)} taken away at run time */");
        if (indent is not var (items, end))
            return $"[{string.Join(" ", gone.Prepend(string.Join(", ", targets)))}]";
        return $"[\n{items}{string.Join($"\n{items}", gone.Prepend(string.Join($",\n{items}", targets)))}\n{end}]";
    }

    private static string Target(TargetConfig target)
    {
        var address = $"\"{target.Address}\""; // neither an address nor a host name has anything to be escaped
        var weight = target.Weight == TargetOptions.Weight.Value ? "" : $", \"{TargetOptions.Weight.Name}\": {target.Weight}";
        var backup = target.Backup ? $", \"{TargetOptions.Backup.Name}\": true" : "";
        return weight.Length + backup.Length == 0 ? address : $"{{ \"{TargetOptions.Address.Name}\": {address}{weight}{backup} }}";
    }

    /// <summary>Of an array's items and of its end; null: it is on one line.</summary>
    private (string Items, string End)? IndentAt(int start, int end)
    {
        var array = Text[start..end];
        var (first, last) = (array.IndexOf((byte)'\n'), array.LastIndexOf((byte)'\n'));
        return first < 0 ? null : (Blanks(array[(first + 1)..]), Blanks(array[(last + 1)..]));

        static string Blanks(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[..(line.Length - line.TrimStart(" \t"u8).Length)]);
    }

    private ReadOnlySpan<byte> Text => content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content.AsSpan(Encoding.UTF8.Preamble.Length) : content;

    private void Add(int start, int end, string text) => _replaced.Add(new Replacement(start, end, text));

    private byte[] Written()
    {
        using var written = new MemoryStream(content.Length);
        var at = 0;
        foreach (var (start, end, text) in _replaced)
        {
            written.Write(Text[at..start]);
            written.Write(Encoding.UTF8.GetBytes(text));
            at = end;
        }

        written.Write(Text[at..]);
        return written.ToArray();
    }

    private readonly record struct Replacement(int Start, int End, string Text);
}
