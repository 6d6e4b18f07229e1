namespace Proxify.Transport.Uring;

/// <summary>The sizes of a <see cref="UringTransport"/>. The defaults are measured; tests make things small to reach their ends.</summary>
internal sealed record UringOptions
{
    /// <summary>
    /// Threads, each with its own ring. Default 0: one per two processors, at least one, as the other half of the work is the kernel's and the peers'.
    /// </summary>
    public int Workers { get; init; }

    /// <summary>Submissions per batch and worker, rounded up to a power of two. Default 2,048; more are submitted in several calls.</summary>
    public int SubmissionEntries { get; init; } = 2048;

    /// <summary>Completions that the queue holds, rounded up to a power of two. Default 8,192; the kernel keeps more until there is room.</summary>
    public int CompletionEntries { get; init; } = 8192;

    /// <summary>Shared receive buffers per worker, a power of two up to 32,768. Default 2,048. Memory is used when a buffer is first filled.</summary>
    public int Buffers { get; init; } = 2048;

    /// <summary>Bytes in each. Default 16,384.</summary>
    public int BufferSize { get; init; } = 16384;

    /// <summary>Bytes in a pipe for bulk traffic, where the kernel allows it (/proc/sys/fs/pipe-max-size). Default 1 MiB.</summary>
    public int PipeSize { get; init; } = 1 << 20;

    /// <summary>Pipes per worker. Default 64. Bulk directions without a pipe go through receive buffers.</summary>
    public int Pipes { get; init; } = 64;

    /// <summary>False makes do with what every supported kernel has: for tests.</summary>
    public bool UseNewest { get; init; } = true;

    /// <summary>Whether <see cref="WithSmallerRings"/> made these.</summary>
    public bool IsReduced { get; private init; }

    /// <summary>
    /// A quarter of the memory that the kernel charges (io_uring/memmap.c, io_create_region): both queues and the ring of buffers, not the buffers themselves.
    /// </summary>
    public UringOptions WithSmallerRings() => this with
    {
        SubmissionEntries = Quarter(SubmissionEntries),
        CompletionEntries = Quarter(CompletionEntries),
        Buffers = Quarter(Buffers),
        IsReduced = true,
    };

    private static int Quarter(int count) => Math.Max(1, count / 4);

    public int EffectiveWorkers => Workers > 0 ? Workers : Math.Max(1, Environment.ProcessorCount / 2);
}
