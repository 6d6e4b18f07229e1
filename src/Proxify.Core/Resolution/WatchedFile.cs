namespace Proxify.Resolution;

/// <summary>A file of the system's that is read again when it has changed. Editors, DHCP clients and container engines write these at any time.</summary>
/// <param name="path">Where it is. A missing one reads as empty.</param>
/// <param name="parse">Its lines to what they say.</param>
internal sealed class WatchedFile<T>(string path, Func<IEnumerable<string>, T> parse)
    where T : class
{
    private volatile Reading? _latest;

    private sealed record Reading(DateTime WrittenAt, long Length, T Content);

    public T Read()
    {
        var file = new FileInfo(path);
        var (writtenAt, length) = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (_latest is { } latest && latest.WrittenAt == writtenAt && latest.Length == length)
            return latest.Content;

        T content;
        try
        {
            content = parse(file.Exists ? File.ReadAllLines(path) : []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _latest?.Content ?? parse([]);
        }

        _latest = new Reading(writtenAt, length, content);
        return content;
    }
}
