using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>What a descriptor is of (statx(2), whose structure is the same on every architecture).</summary>
public static unsafe partial class Libc
{
    private const int AtEmptyPath = 0x1000;
    private const uint StatxInode = 0x100;

    /// <summary>The device and inode of an open file, numbered as in stat(2).</summary>
    /// <returns>Whether there are any: not of a closed descriptor.</returns>
    public static bool TryGetFileIdentity(int fd, out ulong device, out ulong inode)
    {
        byte noPath = 0;
        StatX stat = default;
        var isOpen = statx(fd, &noPath, AtEmptyPath, StatxInode, &stat) == 0;
        // gnu_dev_makedev(3).
        device = ((ulong)(stat.DeviceMajor & 0xffff_f000) << 32)
            | ((stat.DeviceMajor & 0xfff) << 8) | ((ulong)(stat.DeviceMinor & 0xffff_ff00) << 12) | (stat.DeviceMinor & 0xff);
        inode = stat.Inode;
        return isOpen;
    }

    [LibraryImport("libc")]
    private static partial int statx(int directory, byte* path, int flags, uint mask, StatX* result);

    /// <summary>struct statx: 256 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatX
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
