using System.Runtime.InteropServices;

namespace Proxify.Linux;

public static unsafe partial class LibBpf
{
    /// <summary>Parses an ELF object; its bytes are copied. The handle is invalid on failure.</summary>
    public static SafeBpfObjectHandle OpenObject(ReadOnlySpan<byte> elf)
    {
        fixed (byte* bytes = elf)
            return new SafeBpfObjectHandle(bpf_object__open_mem(bytes, (nuint)elf.Length, null));
    }

    /// <summary>Creates the object's maps and verifies and loads its programs.</summary>
    public static int LoadObject(SafeBpfObjectHandle bpfObject) => bpf_object__load(bpfObject);

    /// <summary>The descriptor of a map of a loaded object; the object owns it. Negative if there is no such map.</summary>
    public static int FindMap(SafeBpfObjectHandle bpfObject, string name) => bpf_object__find_map_fd_by_name(bpfObject, name);

    /// <summary>The descriptor of a program of a loaded object; the object owns it. Negative if there is no such program.</summary>
    public static int FindProgram(SafeBpfObjectHandle bpfObject, string name)
    {
        var program = bpf_object__find_program_by_name(bpfObject, name);
        return program == 0 ? -2 : bpf_program__fd(program);
    }

    internal static void CloseObject(nint bpfObject) => bpf_object__close(bpfObject);

    [LibraryImport(Library)]
    private static partial nint bpf_object__open_mem(byte* bytes, nuint size, void* options);

    [LibraryImport(Library)]
    private static partial int bpf_object__load(SafeBpfObjectHandle bpfObject);

    [LibraryImport(Library)]
    private static partial void bpf_object__close(nint bpfObject);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int bpf_object__find_map_fd_by_name(SafeBpfObjectHandle bpfObject, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint bpf_object__find_program_by_name(SafeBpfObjectHandle bpfObject, string name);

    [LibraryImport(Library)]
    private static partial int bpf_program__fd(nint program);
}
