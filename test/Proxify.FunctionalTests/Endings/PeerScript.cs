namespace Proxify.FunctionalTests.Endings;

/// <summary>
/// What one side of a session does. It works off its steps while it reads; what it waits for is always something that the other side has done.
/// </summary>
internal sealed record PeerScript
{
    public required IReadOnlyList<Step> Steps { get; init; }

    public required Ending Ending { get; init; }

    /// <summary>The most bytes that one read asks for.</summary>
    public required int ReadChunk { get; init; }

    /// <summary>So many bytes received, and it reads nothing until the other side cannot go on without that.</summary>
    public required IReadOnlyList<long> StallsAt { get; init; }

    /// <summary>How long the other side has to be stuck, in milliseconds: long enough, sometimes, to be taken for a slow one.</summary>
    public required int StallFor { get; init; }

    /// <summary>So many bytes received, and it reads no more.</summary>
    public required long StopsAt { get; init; }

    /// <summary>SO_RCVBUF and SO_SNDBUF; 0 leaves them to the kernel.</summary>
    public required int Buffers { get; init; }

    public override string ToString() =>
        $"{string.Join(' ', Steps)} {Ending} | reads by {ReadChunk}" + (StallsAt.Count > 0 ? $" stalls at {string.Join(',', StallsAt)} for {StallFor} ms" : "")
        + (StopsAt < long.MaxValue ? $" stops at {StopsAt}" : "") + (Buffers > 0 ? $" buffers {Buffers}" : "");
}
