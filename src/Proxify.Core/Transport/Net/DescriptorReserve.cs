using Proxify.Linux;

namespace Proxify.Transport.Net;

/// <summary>
/// A few descriptors held back. A session needs two, one when it is accepted and one when it is dialled: where the process has reached its limit, the second
/// one comes from here, and nobody is accepted before the reserve is full again.
/// </summary>
internal sealed class DescriptorReserve
{
    private const int Size = 8;

    private readonly Lock _gate = new();
    private readonly int[] _held = new int[Size];
    private int _count;

    /// <summary>Zero when the reserve is full, otherwise a negative errno.</summary>
    public int TryFill()
    {
        lock (_gate)
        {
            while (_count < Size)
            {
                var fd = Libc.EventFd();
                if (fd < 0)
                    return fd;
                _held[_count++] = fd;
            }

            return 0;
        }
    }

    /// <summary>Makes room for one descriptor; false when none is left.</summary>
    public bool TryGive()
    {
        lock (_gate)
        {
            if (_count == 0)
                return false;
            Libc.Close(_held[--_count]);
            return true;
        }
    }

    public void Close()
    {
        while (TryGive())
        {
        }
    }
}
