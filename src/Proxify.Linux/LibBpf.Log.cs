using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Proxify.Linux;

public static unsafe partial class LibBpf
{
    [ThreadStatic]
    private static StringBuilder? t_log;

    /// <summary>
    /// Runs <paramref name="action"/> and returns what libbpf had to say meanwhile, the verifier's log included, instead of letting it write
    /// to standard error.
    /// </summary>
    public static (T Result, string Log) Capture<T>(Func<T> action)
    {
        libbpf_set_print(&Print);
        t_log = new StringBuilder();
        try
        {
            var result = action();
            return (result, t_log.ToString());
        }
        finally
        {
            t_log = null;
        }
    }

    // A va_list is handed on as it came: on the 64-bit System V and AArch64 ABIs the callee receives a pointer.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(int level, byte* format, nint arguments)
    {
        const int Debug = 2;
        if (level >= Debug || t_log is null)
            return 0;

        const int Size = 64 * 1024;
        var buffer = (byte*)NativeMemory.Alloc(Size);
        var length = vsnprintf(buffer, Size, format, arguments);
        if (length > 0)
            t_log.Append(Encoding.UTF8.GetString(buffer, Math.Min(length, Size - 1)));
        NativeMemory.Free(buffer);
        return length;
    }

    [LibraryImport(Library)]
    private static partial nint libbpf_set_print(delegate* unmanaged[Cdecl]<int, byte*, nint, int> print);

    [LibraryImport("libc")]
    private static partial int vsnprintf(byte* buffer, nuint size, byte* format, nint arguments);
}
