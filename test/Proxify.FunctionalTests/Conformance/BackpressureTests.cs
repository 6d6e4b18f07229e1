using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class BackpressureTests
{
    private const long MiB = 1 << 20;

    /// <summary>Far more than four socket buffers and what a transport may hold; far less than a sender without backpressure would get rid of.</summary>
    private const long Bound = 64 * MiB;

    [Theory, EveryRelay]
    public async Task Client_that_does_not_read_blocks_the_target_until_it_does(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);

        await StallThenReadAsync(session, session.Target, session.Client);
    }

    [Theory, EveryRelay]
    public async Task Target_that_does_not_read_blocks_the_client_until_it_does(string relay)
    {
        await using var host = RelayHost.Start(relay, targetReceiveBuffer: 16 * 1024);
        using var session = await host.OpenAsync();

        await StallThenReadAsync(session, session.Client, session.Target);
    }

    [Theory, EveryRelay]
    public async Task Direction_that_is_stalled_leaves_the_other_flowing(string relay)
    {
        await using var host = RelayHost.Start(relay, targetReceiveBuffer: 16 * 1024);
        using var session = await host.OpenAsync();
        await session.Client.SendUntilBlockedAsync();

        await Task.WhenAll(session.Target.SendAsync(8 * MiB), session.Client.ReceiveAsync(8 * MiB));
    }

    [Theory, EveryRelay]
    public async Task Sessions_that_are_stalled_leave_others_flowing(string relay)
    {
        const int Stalled = 50;
        await using var host = RelayHost.Start(relay);
        var sessions = new List<RelaySession>();
        for (var i = 0; i < Stalled; i++)
            sessions.Add(await host.OpenAsync());
        await Task.WhenAll(sessions.Select(session => session.Target.SendUntilBlockedAsync()));

        using (var free = await host.OpenAsync())
            await Task.WhenAll(free.Target.SendAsync(8 * MiB), free.Client.ReceiveAsync(8 * MiB), free.Client.SendAsync(8 * MiB),
                free.Target.ReceiveAsync(8 * MiB));

        // And the stalled ones have lost nothing.
        await Task.WhenAll(sessions.Select(session => session.Client.ReceiveAsync(session.Target.Sent)));
        sessions.ForEach(session => session.Dispose());
    }

    private static async Task StallThenReadAsync(RelaySession session, Peer sender, Peer reader)
    {
        var sent = await sender.SendUntilBlockedAsync(limit: Bound * 2);
        Assert.InRange(sent, 1, Bound);

        await reader.ReceiveAsync(sent);
        await Task.WhenAll(sender.SendAsync(2 * MiB), reader.ReceiveAsync(2 * MiB));
        sender.Fin();
        await reader.ExpectFinAsync();
        reader.Fin();
        await session.ExpectEndAsync(RelayEnd.Done);
    }
}
