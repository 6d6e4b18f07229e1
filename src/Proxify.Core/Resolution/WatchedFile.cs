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
        try
        {
            // Opened and not looked at by its name: that may be a link, whose own time and length never change.
            using var file = File.OpenHandle(path);
            var (writtenAt, length) = (File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
            if (_latest is { } latest && latest.WrittenAt == writtenAt && latest.Length == length)
                return latest.Content;
            return Keep(writtenAt, length, File.ReadAllLines(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Keep(default, 0, []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _latest?.Content ?? parse([]);
        }
    }

    private T Keep(DateTime writtenAt, long length, string[] lines)
    {
        var content = parse(lines);
        _latest = new Reading(writtenAt, length, content);
        return content;
    }
}
