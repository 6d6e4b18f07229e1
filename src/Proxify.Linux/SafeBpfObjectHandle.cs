using Microsoft.Win32.SafeHandles;

namespace Proxify.Linux;

/// <summary>A struct bpf_object of libbpf: a parsed and perhaps loaded ELF file. Closing it closes its own descriptors of maps and programs.</summary>
public sealed class SafeBpfObjectHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    internal SafeBpfObjectHandle(nint pointer)
        : this() => SetHandle(pointer);

    protected override bool ReleaseHandle()
    {
        LibBpf.CloseObject(handle);
        return true;
    }
}
