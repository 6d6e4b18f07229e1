using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Uring;

/// <summary>
/// Sets the options of a socket that is dialled: through the ring, in the batch that connects it, where the kernel can (6.7). That is seven system calls less
/// for every connection.
/// </summary>
internal sealed unsafe class RingSocketOptions(IoUring ring, bool throughRing)
{
    private readonly int[] _values = PinnedValues();

    /// <summary>Before whatever is prepared next.</summary>
    public void Prepare(int fd)
    {
        var options = TcpOptions.All;
        if (!throughRing)
        {
            TcpOptions.Apply(fd, options);
            return;
        }

        fixed (int* values = _values) // allocated pinned: they stay where they are
        {
            for (var i = 0; i < options.Length; i++)
            {
                var sqe = ring.NextSqe();
                sqe->Flags = IoUringSqeBits.CqeSkipSuccess;
                sqe->SetOption(fd, options[i].Level, options[i].Name, &values[i]);
            }
        }
    }

    private static int[] PinnedValues()
    {
        var values = GC.AllocateArray<int>(TcpOptions.All.Length, pinned: true);
        for (var i = 0; i < values.Length; i++)
            values[i] = TcpOptions.All[i].Value;
        return values;
    }
}
