using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Memory from mmap(2), unmapped when disposed or collected.</summary>
public sealed unsafe class MappedMemory : SafeHandle
{
    private MappedMemory(void* address, nuint length)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)address);
        Length = length;
    }

    public override bool IsInvalid => handle == 0;

    public byte* Address => (byte*)handle;

    public nuint Length { get; }

    /// <summary>Zeroed memory; pages cost nothing until they are touched.</summary>
    /// <exception cref="IoUringException">The kernel refuses.</exception>
    public static MappedMemory Zeroed(nuint length) => Checked(Libc.MapZeroed(length), length);

    /// <summary>A part of a descriptor, shared with the kernel.</summary>
    /// <exception cref="IoUringException">The kernel refuses.</exception>
    public static MappedMemory OfFile(int fd, nuint length, long offset) => Checked(Libc.MapFile(fd, length, offset), length);

    protected override bool ReleaseHandle()
    {
        Libc.Unmap(Address, Length);
        return true;
    }

    private static MappedMemory Checked(void* address, nuint length) =>
        address != null ? new(address, length) : throw new IoUringException($"mapping {length} bytes", Errno.NoMemory);
}
