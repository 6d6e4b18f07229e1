using System.Runtime.InteropServices;

namespace Proxify.Linux;

public static unsafe partial class Libc
{
    /// <summary>
    /// Replaces the process image (execve(2)). Returns only on failure, with -errno; on success the calling thread is the one that goes on,
    /// with its capabilities, and all others are gone.
    /// </summary>
    public static int Execute(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        execve(path, Strings(arguments), Strings(environment));
        return -Marshal.GetLastPInvokeError();
    }

    // Never freed: either the process image goes, or the process is about to end with an error.
    private static byte** Strings(IReadOnlyList<string> strings)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)strings.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < strings.Count; i++)
            array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        return array;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execve(string path, byte** arguments, byte** environment);
}
