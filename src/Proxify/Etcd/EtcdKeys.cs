using System.Collections.Immutable;
using System.Text;
using Proxify.Configuration;

namespace Proxify.Program.Etcd;

/// <summary>What etcd has below a prefix at a revision, but for the machines: a config in parts, files that it names, and marks.</summary>
/// <param name="Cluster">Which etcd has said so; revisions of another one mean nothing.</param>
/// <param name="Revision">Of etcd: everything that was changed up to it is here. 0: nothing is known.</param>
/// <param name="Values">By key, without the prefix.</param>
internal sealed record EtcdKeys(ulong Cluster, long Revision, ImmutableSortedDictionary<string, byte[]> Values)
{
    public const string Document = "config";
    public const string Apps = "apps/";
    public const string Files = "files/";
    public const string Marks = "changes/";

    /// <summary>Not part of it; all others come before it, in etcd's order of keys, so that one range has them.</summary>
    public const string Machines = "machines/";

    private const int LongestFileName = 128;
    private const int MostBytes = ConfigFile.MaxBytes;

    public static EtcdKeys None { get; } = new(0, 0, ImmutableSortedDictionary.Create<string, byte[]>(StringComparer.Ordinal));

    public bool IsKnown => Revision > 0;

    /// <summary>Whether the config, files included, is the same; marks are no part of it.</summary>
    public bool HasConfigOf(EtcdKeys other) => Config.SequenceEqual(other.Config, SameText);

    public bool HasFilesOf(EtcdKeys other) => Values.Where(IsFile).SequenceEqual(other.Values.Where(IsFile), SameText);

    private static EqualityComparer<KeyValuePair<string, byte[]>> SameText { get; } =
        EqualityComparer<KeyValuePair<string, byte[]>>.Create((a, b) => a.Key == b.Key && a.Value.AsSpan().SequenceEqual(b.Value));

    private IEnumerable<KeyValuePair<string, byte[]>> Config => Values.Where(value => !IsMark(value.Key));

    /// <summary>The contents of files by their names.</summary>
    public IEnumerable<(string Name, byte[] Content)> NamedFiles =>
        Values.Where(IsFile).Select(value => (value.Key[Files.Length..], value.Value));

    /// <summary>After some of them have changed.</summary>
    /// <param name="events">At least one; in their order.</param>
    /// <param name="prefix">Of their keys.</param>
    public EtcdKeys After(IReadOnlyList<EtcdEvent> events, string prefix)
    {
        var values = Values.ToBuilder();
        foreach (var change in events)
        {
            var key = NameOf(change.Kv.Key, prefix);
            if (change.IsDelete)
                values.Remove(key);
            else
                values[key] = change.Kv.Value;
        }

        // Not what the answer's header says: that is etcd's newest, of which these may not be the last (1,000 revisions are sent at once).
        return this with { Revision = events[^1].Kv.ModRevision, Values = values.ToImmutable() };
    }

    /// <summary>A key without its prefix.</summary>
    public static string NameOf(byte[] key, string prefix) => Encoding.UTF8.GetString(key)[prefix.Length..];

    /// <summary>Those of another, with the marks of this one.</summary>
    public EtcdKeys WithConfigOf(EtcdKeys other) =>
        this with { Values = other.Config.Concat(Values.Where(value => IsMark(value.Key))).ToImmutableSortedDictionary(StringComparer.Ordinal) };

    /// <param name="report">Told of keys whose values are no marks, and why.</param>
    /// <param name="now">Marks whose time is over are left out, as those of a copy may be.</param>
    public ImmutableDictionary<(string App, string Target), TargetMark> TargetMarks(Action<string, string> report, DateTimeOffset now)
    {
        var marks = ImmutableDictionary.CreateBuilder<(string App, string Target), TargetMark>();
        foreach (var (key, value) in Values.Where(value => IsMark(value.Key)))
        {
            try
            {
                var target = MarkText.Read(key[Marks.Length..], value, out var mark);
                if (mark.Until is null || mark.Until > now)
                    marks[target] = mark;
            }
            catch (FormatException e)
            {
                report(key, e.Message);
            }
        }

        return marks.ToImmutable();
    }

    /// <summary>The config that they are.</summary>
    /// <param name="prefix">Of the keys.</param>
    public ConfigResult Read(string prefix)
    {
        var problems = Values.Keys.Select(key => Problem(key) is { } problem ? new ConfigError("", problem) { Source = prefix + key } : null)
            .OfType<ConfigError>().ToList();
        if (problems.Count > 0)
            return new ConfigResult(null, problems);
        if (Values.Sum(value => (long)value.Value.Length) is var size && size > MostBytes)
            return Wrong($"the keys that begin with {prefix} have {size / 1024 / 1024} MiB; expected at most {MostBytes / 1024 / 1024}");
        var apps = Values.Where(value => value.Key.StartsWith(Apps, StringComparison.Ordinal))
            .Select(value => new ConfigPart(prefix + value.Key, value.Value)).ToList();
        if (!Values.TryGetValue(Document, out var document) && apps.Count == 0)
            return Wrong($"no config is there; expected the key {prefix}{Document}, or keys that begin with {prefix}{Apps}");
        return ComposedConfig.Read(new ConfigPart(prefix + Document, document ?? Encoding.UTF8.GetBytes("{}")), apps);
    }

    private static bool IsFile(KeyValuePair<string, byte[]> value) => value.Key.StartsWith(Files, StringComparison.Ordinal);

    private static bool IsMark(string key) => key.StartsWith(Marks, StringComparison.Ordinal);

    private static ConfigResult Wrong(string problem) => new(null, [new ConfigError("", problem)]);

    private static string? Problem(string key)
    {
        if (key.StartsWith(Files, StringComparison.Ordinal))
        {
            var name = key[Files.Length..];
            return name.Length is > 0 and <= LongestFileName && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? null
                : $"\"{name}\" is no name of a file here; expected at most {LongestFileName} letters, digits, '.', '-' and '_', a '.' not first";
        }

        return key == Document || key.StartsWith(Apps, StringComparison.Ordinal) || IsMark(key) ? null
            : $"means nothing here; expected {Document}, {Apps}…, {Files}…, {Marks}…";
    }
}
