namespace Proxify.Program.State;

/// <summary>A file for its owner alone, that is replaced whole.</summary>
internal static class PrivateFile
{
    private static readonly FileStreamOptions NewFile = new()
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        BufferSize = 0,
    };

    /// <summary>All of it or nothing: a new file, on the disk before it takes the old one's place.</summary>
    /// <exception cref="IOException">It cannot be; the old one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var next = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.new");
        File.Delete(next); // what a process that was killed has left, or somebody's link
        using (var file = new FileStream(next, NewFile))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
