namespace Proxify.FunctionalTests.Endings;

/// <summary>What has been answered wrongly before and chance alone seldom plays.</summary>
internal static class KnownScripts
{
    private const long ToTheEnd = long.MaxValue;

    public static IReadOnlyList<(PeerScript Client, PeerScript Target)> All { get; } =
    [
        // A send meets the RST and takes the error off the socket; a receive beside it gives zero, as behind FIN.
        (Peer(Ending.Orderly, [Send(1), new(StepKind.AwaitOther), Send(69), Send(62), new(StepKind.AwaitDelivery), Send(194)]),
            Peer(Ending.Reset, [Send(252), new(StepKind.SendUntilBlocked, 8 << 20, 64 * 1024)], stopsAt: 34, buffers: 8 * 1024)),
        // RST behind FIN, and nobody says anything to the one who has sent it.
        (Peer(Ending.Reset, [Send(3), new(StepKind.AwaitDelivery), new(StepKind.Fin), new(StepKind.AwaitInput)], stopsAt: 0), Peer(Ending.Hold, [Send(17)])),
        (Peer(Ending.Hold, []), Peer(Ending.Reset, [Send(130_000), new(StepKind.Fin), new(StepKind.AwaitDelivery)], stopsAt: 0)),
        // Bulk, an urgent byte, and behind it the last bytes and an end.
        (Peer(Ending.Orderly, [Send(400_000), new(StepKind.Urgent), Send(2850)]), Peer(Ending.Orderly, [Send(175)])),
        (Peer(Ending.Orderly, [Send(400_000), new(StepKind.Urgent)]), Peer(Ending.Orderly, [Send(1)])),
        (Peer(Ending.Reset, [Send(100_000, 4490), Send(300_000), new(StepKind.Urgent), Send(1105), new(StepKind.AwaitOther)], stopsAt: 3),
            Peer(Ending.Orderly, [Send(18_685), new(StepKind.AwaitDelivery), Send(1)], stallsAt: 7)),
    ];

    private static Step Send(int size, int chunk = 0) => new(StepKind.Send, size, chunk == 0 ? size : chunk);

    private static PeerScript Peer(Ending ending, IReadOnlyList<Step> steps, long stopsAt = ToTheEnd, long? stallsAt = null, int buffers = 0) => new()
    {
        Steps = steps,
        Ending = ending,
        ReadChunk = 64 * 1024,
        StallsAt = stallsAt is { } at ? [at] : [],
        StallFor = 10,
        StopsAt = stopsAt,
        Buffers = buffers,
    };
}
