using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>What a descriptor or a path is of (statx(2), whose structure is the same on every architecture).</summary>
public static unsafe partial class Libc
{
    private const int AtCurrentFolder = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint StatxType = 1;
    private const uint StatxInode = 0x100;
    private const uint StatxBasic = 0x7ff;
    private const int TypeMask = 0xF000; // S_IFMT
    private const int RegularFile = 0x8000; // S_IFREG
    private const int UnixSocket = 0xC000;
    private const int Folder = 0x4000; // S_IFDIR

    /// <summary>The device and inode of an open file, numbered as in stat(2).</summary>
    /// <returns>Whether there are any: not of a closed descriptor.</returns>
    public static bool TryGetFileIdentity(int fd, out ulong device, out ulong inode)
    {
        StatX stat = default;
        var isOpen = statx(fd, "", AtEmptyPath, StatxInode, &stat) == 0;
        // gnu_dev_makedev(3).
        device = ((ulong)(stat.DeviceMajor & 0xffff_f000) << 32)
            | ((stat.DeviceMajor & 0xfff) << 8) | ((ulong)(stat.DeviceMinor & 0xffff_ff00) << 12) | (stat.DeviceMinor & 0xff);
        inode = stat.Inode;
        return isOpen;
    }

    /// <summary>
    /// Whether the path leads to something whose content may have to be waited for: a pipe, a socket, a device. Opens nothing, so it does not wait itself.
    /// </summary>
    public static bool IsSpecialFile(string path)
    {
        StatX stat = default;
        return statx(AtCurrentFolder, path, 0, StatxType, &stat) == 0 && (stat.Mode & TypeMask) is not (RegularFile or Folder);
    }

    /// <summary>Whether the path leads to a UNIX socket that has a name.</summary>
    public static bool IsSocket(string path)
    {
        StatX stat = default;
        return statx(AtCurrentFolder, path, 0, StatxType, &stat) == 0 && (stat.Mode & TypeMask) == UnixSocket;
    }

    /// <summary>What tells one state of a file from another, without opening it. Links are followed.</summary>
    /// <returns>Null: there is no such file, or nobody may look.</returns>
    public static FileStamp? StampOf(string path)
    {
        StatX stat = default;
        return statx(AtCurrentFolder, path, 0, StatxBasic, &stat) != 0
            ? null
            : new FileStamp(stat.DeviceMajor, stat.DeviceMinor, stat.Inode, stat.Size, stat.ModifiedAt, stat.ChangedAt, stat.Mode);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, StatX* stat);

    /// <summary>struct statx: 256 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatX
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public FileTime ChangedAt;

        [FieldOffset(112)]
        public FileTime ModifiedAt;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
