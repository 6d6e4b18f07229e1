using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>What a path leads to.</summary>
public static unsafe partial class Libc
{
    private const int AtCurrentFolder = -100;
    private const uint StatxType = 1;
    private const int TypeMask = 0xF000; // S_IFMT
    private const int RegularFile = 0x8000; // S_IFREG
    private const int Folder = 0x4000; // S_IFDIR

    /// <summary>
    /// Whether the path leads to something whose content may have to be waited for: a pipe, a socket, a device. Opens nothing, so it does not wait itself.
    /// </summary>
    public static bool IsSpecialFile(string path)
    {
        Statx status;
        return statx(AtCurrentFolder, path, 0, StatxType, &status) == 0 && (status.Mode & TypeMask) is not (RegularFile or Folder);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, Statx* status);

    /// <summary>struct statx (statx(2)), the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(28)]
        public ushort Mode;
    }
}
