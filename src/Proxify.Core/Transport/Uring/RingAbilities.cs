using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>What this kernel's ring can do beyond what the transport needs, tried out on a ring on which nothing else is under way.</summary>
/// <param name="SetsSocketOptions">setsockopt(2) as a submission (6.7).</param>
/// <param name="LimitsReceives">A multishot receive may be told after how many bytes to end (6.17).</param>
internal readonly record struct RingAbilities(bool SetsSocketOptions, bool LimitsReceives)
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
        Libc.Close(fd);
        return new(option == 0, receive != -Errno.Invalid);
    }

    private static int Take(IoUring ring)
    {
        _ = ring.SubmitAndWait(1);
        var result = ring.Completion(0).Res;
        ring.Advance(ring.Completions);
        return result;
    }
}
