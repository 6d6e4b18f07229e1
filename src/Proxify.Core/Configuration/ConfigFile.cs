namespace Proxify.Configuration;

/// <summary>Reads a config file.</summary>
public static class ConfigFile
{
    /// <summary>Larger files are refused: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const int Enomem = 12;
    private const int Enfile = 23;
    private const int Emfile = 24;

    /// <summary>
    /// Reads and validates the file. What keeps it from being read (missing, a directory, no permission, too large) is an error without a position, as if in the text.
    /// </summary>
    public static ConfigResult Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        var bytes = ReadBytes(path, out var error);
        return bytes is null ? new ConfigResult(null, [error!]) : ConfigReader.Read(bytes);
    }

    /// <summary>As <see cref="Load(string)"/>, from where the stream is to its end; disposes of it.</summary>
    public static ConfigResult Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);

        var bytes = ReadToEnd(() => stream, out var error);
        return bytes is null ? new ConfigResult(null, [error!]) : ConfigReader.Read(bytes);
    }

    /// <summary>Whether the file is one that gives its content once only: a pipe or a socket.</summary>
    public static bool IsPipe(string path)
    {
        try
        {
            using var file = Open(path);
            return !file.CanSeek;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false; // reading it says what is wrong
        }
    }

    /// <summary>What the file holds now, or <paramref name="seen"/> if it cannot be read just now.</summary>
    internal static ConfigResult LoadOr(string path, ConfigResult seen)
    {
        var now = Load(path);
        return now.Errors is [var error] && (error == NotFound || error == NotNow) ? seen : now;
    }

    /// <summary>The content, or null and the reason.</summary>
    internal static byte[]? ReadBytes(string path, out ConfigError? error)
    {
        if (Directory.Exists(path))
        {
            error = new ConfigError("", "is a directory; expected a file");
            return null;
        }

        return ReadToEnd(() => Open(path), out error);
    }

    private static byte[]? ReadToEnd(Func<Stream> open, out ConfigError? error)
    {
        error = null;
        try
        {
            using var file = open();
            // To its end, whatever length it claims: it may be growing, and files under /proc and /dev claim 0.
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            while (file.Read(buffer) is > 0 and var count)
            {
                content.Write(buffer, 0, count);
                if (content.Length > MaxBytes)
                {
                    error = new ConfigError("", $"is larger than {MaxBytes / 1024 / 1024} MiB");
                    return null;
                }
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            error = NotFound;
        }
        catch (UnauthorizedAccessException)
        {
            error = new ConfigError("", "permission denied");
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            error = Describe(e);
        }

        return null;
    }

    private static FileStream Open(string path) => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    internal static ConfigError NotFound { get; } = new("", "no such file");

    /// <summary>Says nothing of the file: this machine or this process is short of something, and it will be there another time.</summary>
    internal static ConfigError NotNow { get; } = new("", "cannot be read: out of descriptors or memory");

    /// <param name="e">An <see cref="IOException"/> of the runtime's carries the errno of the system call as its HResult.</param>
    internal static ConfigError Describe(Exception e) =>
        e is IOException { HResult: Enfile or Emfile or Enomem } ? NotNow : new ConfigError("", $"cannot be read: {e.Message}");
}
