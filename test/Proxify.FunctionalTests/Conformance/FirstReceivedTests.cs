using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class FirstReceivedTests
{
    [Theory, EveryRelay]
    public async Task First_byte_of_each_side_has_its_time_and_later_ones_do_not_change_it(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, clock: clock);
        using var session = await host.OpenAsync();

        await session.Client.SendAsync(10);
        await session.Target.ReceiveAsync(10);
        clock.Pass(TimeSpan.FromSeconds(3));
        await session.PingPongAsync();
        clock.Pass(TimeSpan.FromSeconds(5));
        await session.PingPongAsync();
        await EndAsync(session);

        var between = clock.TimeProvider.GetElapsedTime(session.ClientConnection.FirstReceivedAt, session.TargetConnection.FirstReceivedAt);
        Assert.Equal(TimeSpan.FromSeconds(3), between);
    }

    [Theory, EveryRelay]
    public async Task A_side_that_has_said_nothing_has_no_time(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        await EndAsync(session);

        Assert.Equal((0, 0), (session.ClientConnection.FirstReceivedAt, session.TargetConnection.FirstReceivedAt));
    }

    private static async Task EndAsync(RelaySession session)
    {
        session.Client.Fin();
        await session.Target.ExpectFinAsync();
        session.Target.Fin();
        await session.Client.ExpectFinAsync();
        await session.ExpectEndAsync(RelayEnd.Done);
    }
}
