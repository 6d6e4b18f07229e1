using System.Reflection;
using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>
/// libbpf 1.x. Every call returns 0 or more on success and -errno on failure (libbpf's 1.0 convention); nothing throws.
/// A NativeAOT build links the library statically where it can; otherwise, and under the JIT, it is libbpf.so.1.
/// </summary>
public static unsafe partial class LibBpf
{
    private const string Library = "libbpf";

    static LibBpf() => NativeLibrary.SetDllImportResolver(typeof(LibBpf).Assembly, Resolve);

    /// <summary>Is the library there? False when it is linked dynamically and libbpf.so.1 is not installed.</summary>
    public static bool IsAvailable
    {
        get
        {
            try
            {
                return libbpf_major_version() >= 1;
            }
            catch (DllNotFoundException)
            {
                return false;
            }
        }
    }

    /// <summary>Possible CPUs: the number of values in an element of a per-CPU map.</summary>
    public static int PossibleCpus => libbpf_num_possible_cpus();

    // The name with the ABI version is the one that the run-time package brings; the bare name exists only where one can build.
    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) =>
        library == Library ? NativeLibrary.Load("libbpf.so.1", assembly, path) : 0;

    [LibraryImport(Library)]
    private static partial uint libbpf_major_version();

    [LibraryImport(Library)]
    private static partial int libbpf_num_possible_cpus();
}
