using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class ResetTests
{
    private const int MiB = 1 << 20;

    [Theory, EveryRelay]
    public async Task Client_reset_when_idle_resets_the_target(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        session.Client.Reset();

        await session.Target.ExpectResetAsync();
        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    [Theory, EveryRelay]
    public async Task Client_reset_after_its_fin_resets_the_target(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();

        session.Client.Reset();
        // The relay has read the client's FIN: only what it sends to the client can tell it of the RST.
        await session.Target.SendUntilClosedAsync();

        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    [Theory, EveryRelay]
    public async Task Client_reset_after_the_targets_fin_resets_the_target(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        session.Target.Fin();
        await session.Client.ExpectFinAsync();

        session.Client.Reset();

        await session.Target.ExpectResetAsync();
        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    // Nothing is received from it any more, and nothing is sent to it.
    [Theory, EveryRelay]
    public async Task Client_reset_after_its_fin_is_noticed_in_silence(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();
        await Patience.Never(() => session.HasEnded);

        session.Client.Reset();

        await session.ExpectEndAsync(RelayEnd.ClientReset);
        await session.Target.ExpectKernelResetAsync();
    }

    [Theory, EveryRelay]
    public async Task Target_reset_after_its_fin_is_noticed_in_silence(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        session.Target.Fin();
        await session.Client.ExpectFinAsync();
        await Patience.Never(() => session.HasEnded);

        session.Target.Reset();

        await session.ExpectEndAsync(RelayEnd.TargetReset);
        await session.Client.ExpectKernelResetAsync();
    }

    // A peer that sees FIN takes what it has for the whole. The kernel reports a RST once; whoever receives after that reads zero bytes, as at FIN.
    // Several sessions, because who meets the RST first is a race.
    [Theory, EveryRelay]
    public async Task Client_reset_while_it_receives_never_looks_like_fin(string relay)
    {
        await using var host = RelayHost.Start(relay);
        var sessions = await OpenManyAsync(host);
        await Task.WhenAll(sessions.Select(static session => session.Target.SendUntilBlockedAsync()));

        foreach (var session in sessions)
        {
            session.Client.Reset();

            await session.Target.ExpectResetAsync();
            await session.ExpectEndAsync(RelayEnd.ClientReset);
            session.Dispose();
        }
    }

    [Theory, EveryRelay]
    public async Task Target_reset_while_it_receives_never_looks_like_fin(string relay)
    {
        await using var host = RelayHost.Start(relay);
        var sessions = await OpenManyAsync(host);
        await Task.WhenAll(sessions.Select(static session => session.Client.SendUntilBlockedAsync()));

        foreach (var session in sessions)
        {
            session.Target.Reset();

            await session.Client.ExpectResetAsync();
            await session.ExpectEndAsync(RelayEnd.TargetReset);
            session.Dispose();
        }
    }

    [Theory, EveryRelay]
    public async Task Target_reset_when_idle_resets_the_client(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        session.Target.Reset();

        await session.Client.ExpectResetAsync();
        await session.ExpectEndAsync(RelayEnd.TargetReset);
        Assert.True(session.TargetConnection.HasEndedFirst);
    }

    [Theory, EveryRelay]
    public async Task Target_reset_after_its_fin_resets_the_client(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        session.Target.Fin();
        await session.Client.ExpectFinAsync();

        session.Target.Reset();
        // The relay has read the target's FIN: only what it sends to the target can tell it of the RST.
        await session.Client.SendUntilClosedAsync();

        await session.ExpectEndAsync(RelayEnd.TargetReset);
    }

    [Theory, EveryRelay]
    public async Task Target_reset_after_the_clients_fin_delivers_and_resets_the_client(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();
        await session.Target.SendAsync(MiB / 2);
        await session.Target.AllAcknowledgedAsync();

        session.Target.Reset();

        await session.Client.ExpectResetAsync();
        Assert.Equal(MiB / 2, session.Client.Received);
        await session.ExpectEndAsync(RelayEnd.TargetReset);
        Assert.False(session.TargetConnection.HasEndedFirst);
    }

    [Theory, EveryRelay]
    public async Task Client_reset_after_sending_delivers_and_resets_the_target(string relay)
    {
        // What happens when a client closes with a greeting unread. Several sessions, because it depends on what comes to the proxy first.
        await using var host = RelayHost.Start(relay);
        foreach (var session in await OpenManyAsync(host))
        {
            await session.Target.SendAsync(10);
            await session.Client.SendAsync(20_000);
            await session.Client.AllAcknowledgedAsync();

            session.Client.Reset();

            await session.Target.ExpectResetAsync();
            Assert.Equal(20_000, session.Target.Received);
            await session.ExpectEndAsync(RelayEnd.ClientReset);
            session.Dispose();
        }
    }

    [Theory, EveryRelay]
    public async Task Client_reset_after_the_targets_fin_delivers_and_resets_the_target(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        session.Target.Fin();
        await session.Client.ExpectFinAsync();
        await session.Client.SendAsync(MiB / 2);
        await session.Client.AllAcknowledgedAsync();

        session.Client.Reset();

        await session.Target.ExpectResetAsync();
        Assert.Equal(MiB / 2, session.Target.Received);
        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    private static async Task<List<RelaySession>> OpenManyAsync(RelayHost host)
    {
        var sessions = new List<RelaySession>();
        for (var i = 0; i < 30; i++)
            sessions.Add(await host.OpenAsync());
        return sessions;
    }
}
