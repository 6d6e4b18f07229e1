using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Proxify.Tests.Uring;

/// <summary>
/// Forbids one system call on the calling thread, as a container's seccomp profile does for a process. There is no way back: for threads that end soon.
/// </summary>
internal static unsafe partial class Seccomp
{
    private const int PrSetNoNewPrivileges = 38;
    private const int PrSetSeccomp = 22;
    private const int ModeFilter = 2;
    private const ushort LoadWord = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private const ushort JumpIfEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private const ushort Return = 0x06; // BPF_RET | BPF_K
    private const uint Allow = 0x7fff_0000;
    private const uint FailWithErrno = 0x0005_0000;

    public static void Forbid(uint systemCall, int errno)
    {
        // struct seccomp_data begins with the number of the call.
        var filter = stackalloc Instruction[]
        {
            new() { Code = LoadWord },
            new() { Code = JumpIfEqual, K = systemCall, IfFalse = 1 },
            new() { Code = Return, K = FailWithErrno | (uint)errno },
            new() { Code = Return, K = Allow },
        };
        var program = new Program { Length = 4, Filter = filter };
        if (prctl(PrSetNoNewPrivileges, 1, 0, 0, 0) != 0 || prctl(PrSetSeccomp, ModeFilter, (nuint)(&program), 0, 0) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [StructLayout(LayoutKind.Sequential)]
    private struct Instruction
    {
        public ushort Code;
        public byte IfTrue;
        public byte IfFalse;
        public uint K;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public Instruction* Filter;
    }
}
