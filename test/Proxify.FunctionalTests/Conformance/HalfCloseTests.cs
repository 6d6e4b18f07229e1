using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class HalfCloseTests
{
    private const int Large = 4 << 20;

    [Theory, EveryRelay]
    public async Task Client_fin_first_target_still_answers(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        await FinishesFirstAsync(session.Client, session.Target);

        await session.ExpectEndAsync(RelayEnd.Done);
        Assert.False(session.TargetConnection.HasEndedFirst);
    }

    [Theory, EveryRelay]
    public async Task Target_fin_first_client_still_sends(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        await FinishesFirstAsync(session.Target, session.Client);

        await session.ExpectEndAsync(RelayEnd.Done);
        Assert.True(session.TargetConnection.HasEndedFirst);
    }

    [Theory, EveryRelay]
    public async Task Fin_of_both_without_a_byte_ends_Done(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        session.Client.Fin();
        session.Target.Fin();

        await session.Client.ExpectFinAsync();
        await session.Target.ExpectFinAsync();
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryRelay]
    public async Task Fin_behind_much_data_comes_after_the_last_byte(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        var sending = session.Client.SendAsync(Large).ContinueWith(_ => session.Client.Fin(), TaskScheduler.Default);
        // The target starts to read only when the client's kernel can take no more, or has taken everything.
        await Patience.Eventually(() => sending.IsCompleted || session.Client.Unacknowledged > 0);
        await session.Target.ExpectFinAsync();

        Assert.Equal(Large, session.Target.Received);
        await sending.Within();
    }

    [Theory, EveryRelay]
    public async Task Fin_forwarded_does_not_end_the_session(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        session.Client.Fin();
        await session.Target.ExpectFinAsync();
        await Patience.Never(() => session.HasEnded || session.Client.IsClosedByKernel || session.Target.IsClosedByKernel);

        await session.Target.SendAsync(1);
        await session.Client.ReceiveAsync(1);
    }

    [Theory, EveryRelay]
    public async Task Client_that_sends_and_finishes_at_once_loses_nothing(string relay)
    {
        // The line and the FIN are there before the target is dialled, as with `nc -N`.
        await using var host = RelayHost.Start(relay);
        for (var i = 0; i < 50; i++)
        {
            using var client = await host.ConnectAsync();
            await client.SendAsync(29);
            client.Fin();

            using var target = await host.AcceptAsync();
            await target.ExpectFinAsync();
            Assert.Equal(29, target.Received);
            await target.SendAsync(29);
            target.Fin();
            await client.ExpectFinAsync();
            Assert.Equal(29, client.Received);
        }
    }

    private static async Task FinishesFirstAsync(Peer first, Peer second)
    {
        await first.SendAsync(100_000);
        first.Fin();
        await second.ExpectFinAsync();
        Assert.Equal(100_000, second.Received);

        await second.SendAsync(Large / 2);
        await first.ReceiveAsync(Large / 2);
        await second.SendAsync(1);
        await first.ReceiveAsync(1);
        second.Fin();
        await first.ExpectFinAsync();
    }
}
