using Microsoft.Win32.SafeHandles;

namespace Proxify.Linux;

/// <summary>A ring's descriptor. Closing it ends whatever the ring still does.</summary>
public sealed class IoUringHandle : SafeHandleMinusOneIsInvalid
{
    internal IoUringHandle(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    public int Fd => (int)handle;

    protected override bool ReleaseHandle() => Libc.Close(Fd) == 0;
}
