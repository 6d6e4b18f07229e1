using System.Diagnostics;

namespace Proxify.SystemTests;

/// <summary>A process that is stopped for a while, as by SIGSTOP or with its machine: its own silence is not its peers'.</summary>
public sealed class PauseTests
{
    private const int Sessions = 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sessions_that_spoke_during_a_pause_live_on(bool isHalfClosed)
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(
            Config.Single(port, targets.Port, isHalfClosed ? new { Idle = "1h", HalfClose = "3s" } : new { Idle = "3s", HalfClose = "1h" }));
        List<(Peer Client, Peer Target)> sessions = [];
        for (var i = 0; i < Sessions; i++)
            sessions.Add((await lab.ConnectAsync(port), await targets.AcceptAsync()));
        foreach (var (client, target) in sessions)
        {
            if (isHalfClosed)
            {
                client.Fin();
                await target.ExpectFinAsync();
            }

            await target.SendAsync(1);
            await client.ReceiveAsync(1);
        }

        await proxy.PauseAsync();
        foreach (var (_, target) in sessions)
            await target.SendAsync(1);
        await PassAsync(TimeSpan.FromSeconds(3.3));
        proxy.Signal(Posix.SigCont);

        foreach (var (client, target) in sessions)
        {
            await client.ReceiveAsync(1);
            await target.SendAsync(1);
            await client.ReceiveAsync(1);
            client.Dispose();
            target.Dispose();
        }
    }

    [Fact]
    public async Task Dial_that_was_answered_during_a_pause_has_succeeded()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = await lab.ListenBlackHoleAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port, new { Connect = "800ms" }));
        using var client = await lab.ConnectAsync(port);
        await Patience.Eventually(() => IsDialling(proxy, targets.Port));

        await proxy.PauseAsync();
        using var earlier = await targets.AcceptAsync(); // there is room now for the SYN that the kernel sends again after a second
        using var target = await targets.AcceptAsync();
        proxy.Signal(Posix.SigCont);

        await Peer.PingPongAsync(client, target);
    }

    private static bool IsDialling(ProxifyProcess proxy, int port)
    {
        const string SynSent = "02"; // proc_pid_net(5), net/tcp_states.h
        return File.ReadLines($"/proc/{proxy.Process.Pid}/net/tcp")
            .Any(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, var remote, SynSent, ..]
                && remote.EndsWith($":{port:X4}", StringComparison.Ordinal));
    }

    /// <summary>The time itself is what is tested.</summary>
    private static async Task PassAsync(TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Stopwatch.GetElapsedTime(start) < time)
            await tick.WaitForNextTickAsync();
    }
}
