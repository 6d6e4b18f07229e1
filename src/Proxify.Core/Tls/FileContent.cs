using System.Security.Cryptography;
using Proxify.Configuration;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>What a file holds, which may be a private key: in one place in memory, which is wiped in the end.</summary>
internal sealed class FileContent : IDisposable
{
    /// <summary>Large revocation lists have tens of MiB.</summary>
    private const int MostBytes = 64 << 20;

    private readonly byte[] _bytes;
    private readonly int _length;

    private FileContent(byte[] bytes, int length) => (_bytes, _length) = (bytes, length);

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <param name="path">Absolute.</param>
    /// <param name="problem">What keeps it from being read, where the result is null.</param>
    public static FileContent? Read(string path, out string? problem)
    {
        problem = null;
        if (Directory.Exists(path))
            problem = "is a directory; expected a file";
        else if (Libc.IsSpecialFile(path))
            problem = "is a pipe or a device; expected a file, as it is read again whenever it changes";
        if (problem is not null)
            return null;

        try
        {
            return ReadToEnd(path, out problem);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = ConfigFile.NotFound.Message;
        }
        catch (UnauthorizedAccessException)
        {
            problem = "permission denied";
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            problem = ConfigFile.Describe(e).Message;
        }

        return null;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private static FileContent? ReadToEnd(string path, out string? problem)
    {
        problem = null;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var size = RandomAccess.GetLength(file);
        if (size > MostBytes)
        {
            problem = $"is larger than {MostBytes >> 20} MiB";
            return null;
        }

        // A byte more than it has: what has grown meanwhile is being written, and will be read again.
        var bytes = GC.AllocateArray<byte>((int)size + 1, pinned: true);
        var length = 0;
        while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and var read)
            length += read;
        return new FileContent(bytes, length);
    }
}
