namespace Proxify.Transport.Uring;

/// <summary>What a worker holds at one moment.</summary>
internal sealed record WorkerSnapshot
{
    /// <summary>Connection handlers that have not ended.</summary>
    public required int Sessions { get; init; }

    /// <summary>Sockets, dials, relay directions and acceptors.</summary>
    public required int Slots { get; init; }

    public required int Timers { get; init; }

    /// <summary>Shared receive buffers that directions hold.</summary>
    public required int LentBuffers { get; init; }

    /// <summary>Private blocks that hold what slow peers have not taken.</summary>
    public required int Blocks { get; init; }

    public required int Pipes { get; init; }

    /// <summary>Completions that the kernel lost since the start.</summary>
    public required uint Dropped { get; init; }
}
