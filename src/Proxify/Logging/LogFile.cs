namespace Proxify.Program.Logging;

/// <summary>
/// A log file, written to by one thread. When it is asked to, it begins anew under its name: logrotate(8) renames the file, then sends SIGUSR1.
/// </summary>
internal sealed class LogFile : WriteOnlyStream
{
    private readonly string _path;
    private FileStream _file;
    private volatile bool _isToReopen;

    /// <param name="path">Made where it is not there; appended to.</param>
    /// <exception cref="IOException">It cannot be.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public LogFile(string path)
    {
        _path = Path.GetFullPath(path); // now: the current directory may change
        _file = Open();
    }

    /// <summary>From any thread: before the next line.</summary>
    public void Reopen() => _isToReopen = true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_isToReopen)
            TryReopen();
        _file.Write(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Where that cannot be now the file that is open gets the lines, and the next one tries again.</summary>
    private void TryReopen()
    {
        try
        {
            var file = Open();
            _file.Dispose();
            _file = file;
            _isToReopen = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Unbuffered: each write is of whole lines.
    private FileStream Open() => new(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
