namespace Proxify.Linux;

/// <summary>Which operations the running kernel knows (IORING_REGISTER_PROBE).</summary>
public static unsafe class IoUringProbe
{
    private const int OpSupported = 1;

    /// <summary>
    /// Whether <paramref name="ring"/>'s kernel knows every one of <paramref name="operations"/>; otherwise <paramref name="missing"/> is the first it does
    /// not.
    /// </summary>
    public static bool Supports(IoUring ring, ReadOnlySpan<IoUringOp> operations, out IoUringOp missing)
    {
        missing = default;
        IoUringProbeResult result;
        new Span<byte>(&result, sizeof(IoUringProbeResult)).Clear();
        var known = Libc.IoUringRegister(ring.Fd, IoUringRegister.Probe, &result, IoUringProbeResult.MaxOps) >= 0;
        foreach (var operation in operations)
        {
            // struct io_uring_probe_op { u8 op, resv; u16 flags; u32 resv2; }
            if (known && (int)operation <= result.LastOp && ((result.Ops[(int)operation] >> 16) & OpSupported) != 0)
                continue;
            missing = operation;
            return false;
        }

        return true;
    }
}
