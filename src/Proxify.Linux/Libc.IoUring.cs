using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>The three system calls of io_uring, raw: the C library has no wrappers. Numbers are the same on every architecture that .NET runs on.</summary>
public static unsafe partial class Libc
{
    private const nint SysIoUringSetup = 425;
    private const nint SysIoUringEnter = 426;
    private const nint SysIoUringRegister = 427;

    /// <summary>io_uring_setup(2): a descriptor, or a negative errno.</summary>
    public static int IoUringSetup(uint entries, IoUringParams* parameters) => Result(syscall(SysIoUringSetup, (nint)entries, (nint)parameters, 0, 0, 0, 0));

    /// <summary>io_uring_enter(2): the number of submissions taken, or a negative errno. Blocks, so the garbage collector must see the thread leave.</summary>
    public static int IoUringEnter(int ring, uint toSubmit, uint minComplete, IoUringEnter flags) =>
        Result(syscall(SysIoUringEnter, ring, (nint)toSubmit, (nint)minComplete, (nint)(uint)flags, 0, 0));

    /// <summary>io_uring_register(2): zero or more, or a negative errno.</summary>
    public static int IoUringRegister(int ring, IoUringRegister what, void* argument, uint count) =>
        Result(syscall(SysIoUringRegister, ring, (nint)(uint)what, (nint)argument, (nint)count, 0, 0));

    private static int Result(nint returned) => returned >= 0 ? (int)returned : -Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);
}
