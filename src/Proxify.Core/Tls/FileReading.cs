using System.Security.Cryptography;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>What a file was when it was read.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Stamp">From before it was read, so that whatever comes after shows; null: it was not there, or could not be read for now.</param>
/// <param name="Hash">SHA-256 of what it held; empty: it could not be read.</param>
internal sealed record FileReading(string Path, FileStamp? Stamp, ReadOnlyMemory<byte> Hash)
{
    public bool HasChanged => Stamp is null || Libc.StampOf(Path) != Stamp;

    public static FileReading Of(string path, FileStamp? stamp, FileContent? content) =>
        content is null ? new(path, stamp, default) : new(path, stamp, SHA256.HashData(content.Bytes));
}
