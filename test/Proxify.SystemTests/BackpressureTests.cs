namespace Proxify.SystemTests;

[Collection(nameof(Heavy))]
public sealed class BackpressureTests
{
    private const long MiB = 1 << 20;

    /// <summary>A transport may fill buffers that its sessions share, to a bound that does not grow with them.</summary>
    private const long SharedBuffers = 128 * MiB;

    [Fact]
    public async Task Clients_that_never_read_cost_bounded_memory_and_nobody_else()
    {
        const int Stalled = 40;
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port));
        var sessions = new List<(Peer Client, Peer Target)>();
        for (var i = 0; i < Stalled; i++)
            sessions.Add((await lab.ConnectAsync(port), await targets.AcceptAsync()));
        var before = proxy.ResidentBytes;

        await Task.WhenAll(sessions.Select(static session => session.Target.SendUntilBlockedAsync()));

        Assert.All(sessions, static session => Assert.InRange(session.Target.Sent, 1, 64 * MiB));
        Assert.InRange(proxy.ResidentBytes - before, long.MinValue, SharedBuffers);
        using (var free = await lab.ConnectAsync(port))
        using (var freeTarget = await targets.AcceptAsync())
            await Task.WhenAll(freeTarget.SendAsync(16 * MiB), free.ReceiveAsync(16 * MiB));
        await Task.WhenAll(sessions.Select(static session => session.Client.ReceiveAsync(session.Target.Sent)));
        foreach (var (client, target) in sessions)
        {
            client.Dispose();
            target.Dispose();
        }
    }
}
