using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// The options of every socket. Accepted sockets inherit them from their listener; dialled ones get them through the ring, in the batch that connects them,
/// where the kernel can (6.7): six system calls less for every connection.
/// </summary>
internal sealed unsafe class SocketOptions(IoUring ring, bool throughRing)
{
    /// <summary>
    /// SO_REUSEADDR, so that a port that the kernel has lent to a dial can be listened on all the same, even while the connection lives or is in TIME_WAIT:
    /// that takes it on both (inet_csk_bind_conflict() in net/ipv4/inet_connection_sock.c).
    /// </summary>
    private static readonly (int Level, int Name, int Value)[] All =
        [(Libc.IpProtoTcp, Libc.TcpNoDelay, 1), (Libc.SolSocket, Libc.SoReuseAddress, 1), .. PeerLiveness.Default.Options];

    private readonly int[] _values = PinnedValues();

    /// <summary>With system calls. None of them can fail on a TCP socket.</summary>
    public static void Apply(int fd) => Apply(fd, All);

    /// <summary>Other values than those that every socket begins with.</summary>
    public static void Apply(int fd, PeerLiveness liveness) => Apply(fd, liveness.Options);

    /// <summary>Before whatever is prepared next.</summary>
    public void Prepare(int fd)
    {
        if (!throughRing)
        {
            Apply(fd);
            return;
        }

        fixed (int* values = _values) // allocated pinned: they stay where they are
        {
            for (var i = 0; i < All.Length; i++)
            {
                var sqe = ring.NextSqe();
                sqe->Flags = IoUringSqeBits.CqeSkipSuccess;
                sqe->SetOption(fd, All[i].Level, All[i].Name, &values[i]);
            }
        }
    }

    private static void Apply(int fd, (int Level, int Name, int Value)[] options)
    {
        foreach (var (level, name, value) in options)
            _ = Libc.SetOption(fd, level, name, value);
    }

    private static int[] PinnedValues()
    {
        var values = GC.AllocateArray<int>(All.Length, pinned: true);
        for (var i = 0; i < All.Length; i++)
            values[i] = All[i].Value;
        return values;
    }
}
