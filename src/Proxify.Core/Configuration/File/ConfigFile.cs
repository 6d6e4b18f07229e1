using Proxify.Linux;

namespace Proxify.Configuration;

/// <summary>Reads a config file.</summary>
public static class ConfigFile
{
    /// <summary>Larger files are refused: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan LongestPipe = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Reads and validates the file. What keeps it from being read (missing, a directory, a pipe or device, no permission, too large) is an error without a
    /// position, as if in the text.
    /// </summary>
    public static ConfigResult Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        return Read(ReadBytes(path, out var error), error, path);
    }

    /// <summary>As <see cref="Load(string)"/>, from where the stream is to its end; disposes of it.</summary>
    public static ConfigResult Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);

        return Read(ReadToEnd(() => stream, out var error), error, null);
    }

    /// <summary>As <see cref="Load(string)"/> for a config that is read this once: also from a pipe, whose writer has 10 s to give all of it.</summary>
    public static ConfigResult LoadOnce(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        if (!Libc.IsSpecialFile(path))
            return Load(path);
        ConfigResult? result = null;
        // Opening and reading a pipe wait for its writer, who may never come.
        var reading = new Thread(() => result = Read(ReadToEnd(() => Open(path), out var error), error, path)) { IsBackground = true };
        reading.Start();
        return reading.Join(LongestPipe)
            ? result!
            : new ConfigResult(null, [new ConfigError("", $"is a pipe whose writer has not come to an end within {LongestPipe.TotalSeconds} s")]);
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

        // Not even opened: that could wait for ever, and what has been read from a pipe is not there for the next reload.
        if (Libc.IsSpecialFile(path))
        {
            error = new ConfigError("", "is a pipe or a device; expected a file, as it is read again whenever it changes");
            return null;
        }

        return ReadToEnd(() => Open(path), out error);
    }

    /// <param name="bytes">What the file holds; null: <paramref name="error"/> has kept it from being read.</param>
    /// <param name="error">Where there are no bytes.</param>
    /// <param name="path">Where the file is; null: it is none.</param>
    internal static ConfigResult Read(byte[]? bytes, ConfigError? error, string? path)
    {
        if (bytes is null)
            return new ConfigResult(null, [error!]);
        var result = ConfigReader.Read(bytes);
        return path is null || result.Config is not { } config ? result
            : result with
            {
                Config = config with
                {
                    Folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/",
                    Content = bytes,
                },
            };
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
    internal static ConfigError Describe(Exception e) => e switch
    {
        IOException { HResult: Errno.TooManyFilesInSystem or Errno.TooManyFiles or Errno.NoMemory } => NotNow,
        IOException { HResult: > 0 and <= Errno.Highest } => new ConfigError("", $"cannot be read: {Errno.Describe(e.HResult)}"),
        _ => new ConfigError("", $"cannot be read: {e.Message}"),
    };
}
