using System.Runtime.InteropServices;

namespace Proxify.Linux;

public static unsafe partial class Libc
{
    /// <summary>The user whose rights this process has: geteuid(2).</summary>
    public static uint EffectiveUser => geteuid();

    /// <summary>The group of the files that it makes: getegid(2).</summary>
    public static uint EffectiveGroup => getegid();

    /// <summary>fchmod(2): of a UNIX socket that is not bound yet, the mode that its name will have (net/unix/af_unix.c), less the umask.</summary>
    /// <returns>0, or the errno as a negative number.</returns>
    public static int SetMode(int descriptor, int mode) => Result(fchmod(descriptor, (uint)mode));

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial uint getegid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(int descriptor, uint mode);
}
