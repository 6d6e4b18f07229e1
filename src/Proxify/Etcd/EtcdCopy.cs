using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Proxify.Program.State;

namespace Proxify.Program.Etcd;

/// <summary>
/// The last good config on the disk, for a start without etcd, and the files that a config from etcd names. Both are for their owner alone: they may hold keys
/// and passwords.
/// </summary>
/// <param name="folder">Made where it is not there.</param>
internal sealed class EtcdCopy(string folder)
{
    /// <summary>Names of files that are here because of it; others are somebody else's.</summary>
    private IReadOnlyList<string> _kept = [];

    /// <summary>Of the keys.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, "keys.json");

    /// <summary>What relative paths in the config are relative to.</summary>
    public string Files { get; } = System.IO.Path.Combine(folder, "files");

    /// <summary>What was kept last; null: nothing is.</summary>
    /// <exception cref="IOException">It cannot be read, or is something else.</exception>
    public EtcdKeys? Read(out DateTimeOffset at)
    {
        at = default;
        if (!File.Exists(Path))
            return null;
        try
        {
            var document = JsonSerializer.Deserialize(File.ReadAllBytes(Path), CopyJson.Default.CopyDocument);
            if (document is not { Version: CopyDocument.CurrentVersion })
                throw new IOException($"{Path}: expected \"version\": {CopyDocument.CurrentVersion}");
            at = document.At;
            var values = document.Keys.ToImmutableSortedDictionary(key => key.Key, key => Encoding.UTF8.GetBytes(key.Value), StringComparer.Ordinal)
                .AddRange(document.Files.Select(file => KeyValuePair.Create(EtcdKeys.Files + file.Key, file.Value)));
            _kept = [.. document.Files.Keys];
            return new EtcdKeys(0, document.Revision, values);
        }
        catch (Exception e) when (e is JsonException or UnauthorizedAccessException)
        {
            throw new IOException($"{Path}: {e.Message}", e);
        }
    }

    /// <summary>Keeps these, and nothing else any more. Their files have to be there.</summary>
    /// <exception cref="IOException">They cannot be kept.</exception>
    public void Write(EtcdKeys keys, DateTimeOffset now)
    {
        var texts = keys.Values.Where(value => !value.Key.StartsWith(EtcdKeys.Files, StringComparison.Ordinal))
            .ToDictionary(value => value.Key, value => Encoding.UTF8.GetString(value.Value), StringComparer.Ordinal);
        var document = new CopyDocument
        {
            Version = CopyDocument.CurrentVersion,
            Revision = keys.Revision,
            At = now,
            Keys = texts,
            Files = keys.NamedFiles.ToDictionary(file => file.Name, file => file.Content, StringComparer.Ordinal),
        };
        Guarded(() =>
        {
            MakeFolder(folder);
            PrivateFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(document, CopyJson.Default.CopyDocument));
            foreach (var gone in _kept.Where(name => !document.Files.ContainsKey(name)))
                File.Delete(System.IO.Path.Combine(Files, gone));
            _kept = [.. document.Files.Keys];
        });
    }

    /// <summary>Puts the files there that the config may name. Others stay until the config is good.</summary>
    /// <exception cref="IOException">They cannot be.</exception>
    public void WriteFiles(EtcdKeys keys) => Guarded(() =>
    {
        if (keys.NamedFiles.Any())
            MakeFolder(Files);
        foreach (var (name, content) in keys.NamedFiles)
        {
            var path = System.IO.Path.Combine(Files, name);
            if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
                PrivateFile.Write(path, content);
        }
    });

    private static void MakeFolder(string path) =>
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private static void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}

/// <summary>What the copy holds. Another meaning of it is another version.</summary>
internal sealed record CopyDocument
{
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    public required long Revision { get; init; }

    /// <summary>When it was good.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Their values, without the prefix.</summary>
    public required IReadOnlyDictionary<string, string> Keys { get; init; }

    /// <summary>Those below <c>files/</c>, which need not be text.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(CopyDocument))]
internal sealed partial class CopyJson : JsonSerializerContext;
