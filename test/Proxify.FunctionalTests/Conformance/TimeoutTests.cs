using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class TimeoutTests
{
    private static readonly TimeSpan Off = Timeout.InfiniteTimeSpan;

    [Theory, EveryRelay]
    public async Task Idle_without_a_byte_resets_both(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(clock.Wait, Off), clock);
        using var session = await host.OpenAsync();

        Assert.Equal(RelayEnd.IdleTimeout, await clock.PassUntilAsync(session.End));

        await session.ExpectResetBothAsync(RelayEnd.IdleTimeout);
    }

    /// <summary>As when somebody lets time pass right between the look at the clock and the timer.</summary>
    [Theory, EveryRelay]
    public async Task Idle_is_noticed_when_its_time_has_come_before_the_timer_is_set(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(clock.Wait, Off), clock);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        clock.Hurry();
        clock.Pass(clock.Wait / 2);

        Assert.Equal(RelayEnd.IdleTimeout, await session.End.Within());
    }

    [Theory, EveryRelay]
    public async Task Idle_after_traffic_resets_both(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(clock.Wait, Off), clock);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        Assert.Equal(RelayEnd.IdleTimeout, await clock.PassUntilAsync(session.End));
    }

    [Theory, EveryRelay]
    public async Task Idle_is_put_off_by_bytes_from_the_client_alone(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(clock.Wait, Off), clock);
        using var session = await host.OpenAsync();

        await TrickleAsync(clock, session.Client, session.Target);

        await session.PingPongAsync();
    }

    [Theory, EveryRelay]
    public async Task Idle_is_put_off_by_bytes_from_the_target_alone(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(clock.Wait, Off), clock);
        using var session = await host.OpenAsync();

        await TrickleAsync(clock, session.Target, session.Client);

        await session.PingPongAsync();
    }

    [Theory, EveryRelay]
    public async Task Idle_with_both_sides_stalled_resets_both(string relay)
    {
        // Bytes that wait are not bytes that move.
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(clock.Wait, Off), clock);
        using var session = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);
        await session.Target.SendUntilBlockedAsync();

        Assert.Equal(RelayEnd.IdleTimeout, await clock.PassUntilAsync(session.End));

        await session.Client.ExpectKernelResetAsync();
        await session.Target.ExpectKernelResetAsync();
    }

    [Theory, EveryRelay]
    public async Task HalfClose_after_the_clients_fin_resets_both(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(Off, clock.Wait), clock);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();

        Assert.Equal(RelayEnd.HalfCloseTimeout, await clock.PassUntilAsync(session.End));

        await session.Client.ExpectResetAsync();
        await session.Target.ExpectKernelResetAsync();
    }

    [Theory, EveryRelay]
    public async Task HalfClose_after_the_targets_fin_resets_both(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(Off, clock.Wait), clock);
        using var session = await host.OpenAsync();
        session.Target.Fin();
        await session.Client.ExpectFinAsync();

        Assert.Equal(RelayEnd.HalfCloseTimeout, await clock.PassUntilAsync(session.End));

        await session.Target.ExpectResetAsync();
        await session.Client.ExpectKernelResetAsync();
    }

    [Theory, EveryRelay]
    public async Task HalfClose_is_put_off_by_bytes_in_the_open_direction(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(Off, clock.Wait), clock);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();

        await TrickleAsync(clock, session.Target, session.Client);

        session.Target.Fin();
        await session.Client.ExpectFinAsync();
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryRelay]
    public async Task HalfClose_is_put_off_by_a_slow_reader_of_what_is_already_sent(string relay)
    {
        // All of it is in the kernel's queues, so nothing moves through the proxy any more.
        const int InFlight = 1 << 20;
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(Off, clock.Wait), clock);
        using var session = await host.OpenAsync(clientReceiveBuffer: 64 * 1024);
        await session.Target.SendAsync(InFlight);
        session.Target.Fin();
        await session.Target.AllAcknowledgedAsync();
        await Patience.Eventually(() => session.TargetConnection.BytesReceived == InFlight);
        using var other = await host.OpenAsync();

        for (var i = 0; i < 12; i++)
        {
            await session.Client.ReceiveAsync(InFlight / 16);
            clock.Pass(clock.Wait / 4);
            await other.PingPongAsync(); // so a worker of the transport's own has seen the time pass, too
        }

        await session.Client.ExpectFinAsync();
        Assert.Equal(InFlight, session.Client.Received);
        session.Client.Fin();
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryRelay]
    public async Task Idle_holds_when_one_side_has_ended_and_HalfClose_is_longer(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(clock.Wait, clock.Wait * 1_000), clock);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();

        Assert.Equal(RelayEnd.IdleTimeout, await clock.PassUntilAsync(session.End));

        await session.Client.ExpectResetAsync();
        await session.Target.ExpectKernelResetAsync();
    }

    [Theory, EveryRelay]
    public async Task HalfClose_does_not_apply_while_both_directions_are_open(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(Off, clock.Wait / 2), clock);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        clock.Pass(clock.Wait);

        await session.PingPongAsync();
    }

    [Theory, EveryRelay]
    public async Task Timeouts_that_are_off_never_end_a_session(string relay)
    {
        var clock = new TestClock();
        await using var host = RelayHost.Start(relay, new(Off, Off), clock);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        clock.Pass(clock.Wait * 2);
        await session.PingPongAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();
        clock.Pass(clock.Wait * 2);

        await session.Target.SendAsync(1);
        await session.Client.ReceiveAsync(1);
    }

    [Theory, EveryRelay]
    public async Task Timeouts_of_a_year_are_taken(string relay)
    {
        // Longer than timers can wait. On the real clock: its timers are what refuses.
        var year = TimeSpan.FromDays(365);
        await using var host = RelayHost.Start(relay, new(year, year));
        using var session = await host.OpenAsync();
        await session.PingPongAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();

        session.Target.Fin();

        await session.Client.ExpectFinAsync();
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    /// <summary>Three waits long, a byte every half wait.</summary>
    private static async Task TrickleAsync(TestClock clock, Peer from, Peer to)
    {
        for (var i = 0; i < 6; i++)
        {
            await from.SendAsync(1);
            await to.ReceiveAsync(1);
            clock.Pass(clock.Wait / 2);
        }
    }
}
