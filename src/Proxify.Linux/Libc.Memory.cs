using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>mmap(2) and munmap(2).</summary>
public static unsafe partial class Libc
{
    private const int ProtRead = 1;
    private const int ProtWrite = 2;
    private const int MapShared = 1;
    private const int MapPrivate = 2;
    private const int MapAnonymous = 0x20;
    private const int MapPopulate = 0x8000;
    private static readonly void* MapFailed = (void*)-1;

    /// <summary>Maps part of a descriptor, shared and populated; null where the kernel refuses.</summary>
    internal static void* MapFile(int fd, nuint length, long offset) => Mapped(mmap(null, length, ProtRead | ProtWrite, MapShared | MapPopulate, fd, offset));

    /// <summary>Maps zeroed memory that costs nothing until it is touched; null where the kernel refuses.</summary>
    internal static void* MapZeroed(nuint length) => Mapped(mmap(null, length, ProtRead | ProtWrite, MapPrivate | MapAnonymous, -1, 0));

    internal static void Unmap(void* address, nuint length) => _ = munmap(address, length);

    private static void* Mapped(void* address) => address == MapFailed ? null : address;

    [LibraryImport("libc")]
    private static partial void* mmap(void* address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc")]
    private static partial int munmap(void* address, nuint length);
}
