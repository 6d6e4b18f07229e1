using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// The options of every socket. Accepted sockets inherit them from their listener; dialled ones get them through the ring, in the batch that connects them, where
/// the kernel can (6.7): five system calls less for every connection.
/// </summary>
internal sealed unsafe class SocketOptions
{
    /// <summary>A vanished peer is noticed after 60 s of silence and 5 probes 15 s apart, not after the kernel's two hours.</summary>
    private static readonly (int Level, int Name, int Value)[] All =
    [
        (Libc.IpProtoTcp, Libc.TcpNoDelay, 1),
        (Libc.SolSocket, Libc.SoKeepAlive, 1),
        (Libc.IpProtoTcp, Libc.TcpKeepIdle, 60),
        (Libc.IpProtoTcp, Libc.TcpKeepInterval, 15),
        (Libc.IpProtoTcp, Libc.TcpKeepCount, 5),
    ];

    private readonly IoUring _ring;
    private readonly int[] _values = GC.AllocateArray<int>(All.Length, pinned: true);
    private readonly bool _throughRing;

    /// <summary>Tries the ring on a socket of its own, while nothing else is under way.</summary>
    public SocketOptions(IoUring ring)
    {
        _ring = ring;
        for (var i = 0; i < All.Length; i++)
            _values[i] = All[i].Value;
        _throughRing = CanRing();
    }

    /// <summary>With system calls. None of them can fail on a TCP socket.</summary>
    public static void Apply(int fd)
    {
        foreach (var (level, name, value) in All)
            _ = Libc.SetOption(fd, level, name, value);
    }

    /// <summary>Before whatever is prepared next.</summary>
    public void Prepare(int fd)
    {
        if (!_throughRing)
        {
            Apply(fd);
            return;
        }

        for (var i = 0; i < All.Length; i++)
            Prepare(fd, i)->Flags = IoUringSqeBits.CqeSkipSuccess;
    }

    private IoUringSqe* Prepare(int fd, int option)
    {
        var sqe = _ring.NextSqe();
        fixed (int* values = _values) // allocated pinned: they stay where they are
            sqe->SetOption(fd, All[option].Level, All[option].Name, &values[option]);
        return sqe;
    }

    private bool CanRing()
    {
        var fd = Libc.Socket(Libc.AfInet, Libc.SockStream | Libc.SockCloseOnExec);
        Prepare(fd, option: 0);
        var can = _ring.SubmitAndWait(1) == 1 && _ring.Completion(0).Res == 0;
        _ring.Advance(_ring.Completions);
        Libc.Close(fd);
        return can;
    }
}
