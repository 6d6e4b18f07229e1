using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>What there is here beyond what the transport needs, tried out on a ring on which nothing else is under way.</summary>
/// <param name="SetsSocketOptions">setsockopt(2) as a submission (6.7).</param>
/// <param name="LimitsReceives">A multishot receive may be told after how many bytes to end (6.17).</param>
/// <param name="SpliceError">
/// 0, or the errno with which splice(2) is refused: a seccomp filter may forbid it, and what stands in for a Linux kernel may not have it.
/// </param>
internal readonly record struct RingAbilities(bool SetsSocketOptions, bool LimitsReceives, int SpliceError)
{
    public static unsafe RingAbilities Of(IoUring ring)
    {
        var fd = Libc.Socket(Libc.AfInet, Libc.SockStream | Libc.SockCloseOnExec);
        var one = 1;
        ring.NextSqe()->SetOption(fd, Libc.IpProtoTcp, Libc.TcpNoDelay, &one);
        var option = Take(ring);
        // It fails in any case: there is no connection, and no buffer yet. But only a kernel that does not know the limit finds the request itself invalid.
        ring.NextSqe()->RecvMultishot(fd, ReceiveBuffers.Group, pollFirst: false, limit: 1);
        var receive = Take(ring);
        var splice = TrySplice(fd);
        Libc.Close(fd);
        return new(option == 0, receive != -Errno.Invalid, splice);
    }

    /// <summary>From a socket without a connection nothing can be moved, and a kernel that gets as far as looking says so.</summary>
    private static int TrySplice(int socket)
    {
        if (SplicePipe.TryCreate(0) is not { } pipe)
            return Errno.TooManyFiles;
        var moved = (int)Libc.Splice(socket, pipe.WriteEnd, 1);
        pipe.Close();
        return moved is >= 0 or -Errno.NotConnected or -Errno.Again ? 0 : -moved;
    }

    private static int Take(IoUring ring)
    {
        _ = ring.SubmitAndWait(1);
        var result = ring.Completion(0).Res;
        ring.Advance(ring.Completions);
        return result;
    }
}
