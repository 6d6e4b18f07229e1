using Proxify.FunctionalTests.Harness;
using Proxify.Transport;
using Proxify.Transport.Uring;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>A ceiling far below what stalled sessions would hold. Alone, because it looks at the thread pool.</summary>
[Collection(nameof(BufferLimitTests))]
[CollectionDefinition(nameof(BufferLimitTests), DisableParallelization = true)]
public sealed class BufferLimitTests
{
    private const int Stalled = 60;
    private const int StalledFirst = 16;
    private const long MiB = 1 << 20;
    private const long Ceiling = MiB; // less, and most of it would be kept for what lies in shared buffers

    [Theory, EveryRelay]
    public async Task Ceiling_that_is_reached_is_kept_and_loses_nothing(string relay)
    {
        await using var host = RelayHost.Start(relay);
        host.Transport.BufferLimit = Ceiling;
        await using var gauge = BufferGauge.Start(host.Transport);
        var sessions = await StallAsync(host);

        await Patience.Eventually(() => host.Transport.BufferBytes >= Ceiling / 2);
        await ReadOnAsync(sessions);

        Assert.InRange(await gauge.StopAsync(), Ceiling / 2, Ceiling + OnTop(host.Transport));
        await Patience.Eventually(() => host.Transport.BufferBytes == 0);
    }

    [Theory, EveryTransport]
    public async Task Ceiling_that_is_reached_leaves_those_who_read_flowing(string transport)
    {
        await using var host = RelayHost.Start(transport);
        host.Transport.BufferLimit = Ceiling;
        using var earlier = await host.OpenAsync();
        var sessions = await StallAsync(host);
        await Patience.Eventually(() => host.Transport.BufferBytes >= Ceiling / 2);

        using var later = await host.OpenAsync();
        await Task.WhenAll(ExchangeAsync(earlier), ExchangeAsync(later));

        await ReadOnAsync(sessions);
    }

    [Theory, EveryRelay]
    public async Task Ceiling_of_nothing_slows_and_loses_nothing(string relay)
    {
        await using var host = RelayHost.Start(relay);
        host.Transport.BufferLimit = 0;
        using var session = await host.OpenAsync();

        await ExchangeAsync(session);

        await session.PingPongAsync();
    }

    [Theory, EveryRelay]
    public async Task Ceiling_notices_a_reset_of_whom_nothing_is_received_from(string relay)
    {
        await using var host = RelayHost.Start(relay);
        host.Transport.BufferLimit = 0;
        using var session = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);
        await session.Target.SendUntilBlockedAsync();

        session.Client.Reset();

        await session.ExpectEndAsync(RelayEnd.ClientReset);
        await session.Target.ExpectKernelResetAsync();
    }

    /// <summary>What each transport says may come on top of its limit.</summary>
    private static long OnTop(ITransport transport) => transport is UringTransport uring
        ? (long)uring.Workers * new UringOptions().Buffers * new UringOptions().BufferSize
        : ((long)ThreadPool.ThreadCount * 32 * 1024) + (Stalled * 1024);

    /// <summary>
    /// The first ones stall one after the other and fill the ceiling. Had all come at once, it could be in sight before anybody stalls: then each receives only
    /// what its client takes at once, and nothing is held at all.
    /// </summary>
    private static async Task<List<RelaySession>> StallAsync(RelayHost host)
    {
        var sessions = new List<RelaySession>();
        for (var i = 0; i < Stalled; i++)
            sessions.Add(await host.OpenAsync(clientReceiveBuffer: 16 * 1024));
        foreach (var session in sessions.Take(StalledFirst))
            await session.Target.SendUntilBlockedAsync(limit: 16 * MiB);
        await Task.WhenAll(sessions.Skip(StalledFirst).Select(session => session.Target.SendUntilBlockedAsync(limit: 8 * MiB)));
        return sessions;
    }

    private static async Task ReadOnAsync(List<RelaySession> sessions)
    {
        await Task.WhenAll(sessions.Select(session => session.Client.ReceiveAsync(session.Target.Sent)));
        foreach (var session in sessions)
        {
            await session.PingPongAsync();
            session.Dispose();
        }
    }

    private static Task ExchangeAsync(RelaySession session) => Task.WhenAll(
        session.Target.SendAsync(8 * MiB), session.Client.ReceiveAsync(8 * MiB), session.Client.SendAsync(8 * MiB), session.Target.ReceiveAsync(8 * MiB));
}
