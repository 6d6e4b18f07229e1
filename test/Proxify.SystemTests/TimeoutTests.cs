namespace Proxify.SystemTests;

public sealed class TimeoutTests
{
    [Fact]
    public async Task Idle_session_is_reset_after_Idle()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port, new { Idle = "300ms" }));
        using var client = await lab.ConnectAsync(port);
        using var target = await targets.AcceptAsync();

        await client.ExpectResetAsync();
        await target.ExpectResetAsync();

        var session = await proxy.WaitForSessionAsync(client);
        Assert.Equal("idle_timeout", session.Reason);
        Assert.InRange(session.Number("duration_ms"), 290, 5_000);
    }

    [Fact]
    public async Task Half_closed_session_is_reset_after_HalfClose()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port, new { HalfClose = "300ms" }));
        using var client = await lab.ConnectAsync(port);
        using var target = await targets.AcceptAsync();

        client.Fin();
        await target.ExpectFinAsync();

        await client.ExpectResetAsync();
        await target.ExpectKernelResetAsync();
        Assert.Equal("half_close_timeout", (await proxy.WaitForSessionAsync(client)).Reason);
    }

    [Fact]
    public async Task App_with_its_own_timeouts_overrides_the_common_ones()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var (patient, hasty) = (lab.Port(), lab.Port());
        await lab.StartProxifyAsync(Config.Of(
            new { Idle = "1h" },
            Config.App("patient", patient, Config.Local(targets.Port)),
            Config.App("hasty", hasty, Config.Local(targets.Port)).With("Timeouts", new { Idle = "300ms" })));
        using var patientClient = await lab.ConnectAsync(patient);
        using var patientTarget = await targets.AcceptAsync();
        using var hastyClient = await lab.ConnectAsync(hasty);
        using var hastyTarget = await targets.AcceptAsync();

        await hastyClient.ExpectResetAsync();

        await Peer.PingPongAsync(patientClient, patientTarget);
    }
}
