using System.Runtime.InteropServices;
using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// An eventfd that any thread may signal, also while its owner closes it: whoever is just signalling holds the descriptor, so that its number cannot have
/// become somebody's socket in between.
/// </summary>
internal sealed class WakeEvent : SafeHandle
{
    /// <exception cref="IoUringException">Out of descriptors.</exception>
    public WakeEvent()
        : base(-1, ownsHandle: true)
    {
        var fd = Libc.EventFd();
        if (fd < 0)
            throw new IoUringException("making an eventfd", -fd);
        SetHandle(fd);
    }

    public override bool IsInvalid => handle < 0;

    /// <summary>For the owner.</summary>
    public int Fd => (int)handle;

    /// <summary>Wakes the owner, or nobody once it has closed this.</summary>
    public void Signal()
    {
        var isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
            Libc.SignalEventFd(Fd);
        }
        catch (ObjectDisposedException)
        {
            // The worker has ended, and takes nothing any more.
        }
        finally
        {
            if (isHeld)
                DangerousRelease();
        }
    }

    protected override bool ReleaseHandle() => Libc.Close(Fd) == 0;
}
