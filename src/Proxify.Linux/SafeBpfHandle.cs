using Microsoft.Win32.SafeHandles;

namespace Proxify.Linux;

/// <summary>A file descriptor of a BPF map, program or link. The kernel frees the object with its last descriptor; a link detaches then.</summary>
public sealed class SafeBpfHandle() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
{
    public SafeBpfHandle(int descriptor)
        : this() => SetHandle(descriptor);

    /// <summary>The number, for passing it as a map's value or to another process; the handle must be kept alive meanwhile.</summary>
    public int Descriptor => (int)handle;

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
