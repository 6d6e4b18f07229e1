using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using Proxify.Peers;
using Proxify.Transport;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

/// <summary>An end that a waiting receive is not told of, as kernels with a known race do it; here because another connection takes the descriptor's place meanwhile.</summary>
public sealed partial class UringSilenceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_that_the_kernel_has_missed_is_found_within_a_second(bool ofClient)
    {
        var clock = new FakeTimeProvider();
        await using var host = new UringHost(clock: clock);
        var (client, target) = await host.OpenAsync();
        await Peer.PingPongAsync(client, target);

        await MissResetAsync(host, ofClient ? client : target);
        await PassSecondAsync(host, clock);

        Assert.Equal(ofClient ? RelayEnd.ClientReset : RelayEnd.TargetReset, await host.Ends.ReadAsync().Within());
        await host.ExpectNothingHeldAsync();
    }

    [Fact]
    public async Task End_after_an_earlier_silence_is_found_too()
    {
        var clock = new FakeTimeProvider();
        await using var host = new UringHost(clock: clock);
        var (client, target) = await host.OpenAsync();
        await Peer.PingPongAsync(client, target);
        await PassSecondAsync(host, clock);
        await host.ExpectHeldAsync(static held => held.Timers == 0);

        await Peer.PingPongAsync(client, target);
        await MissResetAsync(host, client);
        await PassSecondAsync(host, clock);

        Assert.Equal(RelayEnd.ClientReset, await host.Ends.ReadAsync().Within());
    }

    [Fact]
    public async Task Silence_alone_changes_nothing()
    {
        var clock = new FakeTimeProvider();
        await using var host = new UringHost(clock: clock);
        var (client, target) = await host.OpenAsync();
        await Peer.PingPongAsync(client, target);

        await PassSecondAsync(host, clock);
        await host.ExpectHeldAsync(static held => held.Timers == 0);

        await Peer.PingPongAsync(client, target);
    }

    /// <summary>Puts a connection that has been reset in place of the proxy's to <paramref name="peer"/>. The receive waits on for the one before.</summary>
    private static async Task MissResetAsync(UringHost host, Peer peer)
    {
        using var connected = await Peer.ConnectAsync(host.Targets.Endpoint);
        using var accepted = await host.Targets.AcceptAsync();
        accepted.Reset();
        await connected.ExpectKernelResetAsync();

        await host.OnWorkerAsync(worker =>
        {
            var socket = worker.Slots.All.ToArray().OfType<UringSocket>().Single(socket => socket.Connection?.Remote == new TcpEndpoint(peer.Local));
            Assert.Equal(socket.Fd, dup2((int)connected.Socket.Handle, socket.Fd));
        });
    }

    private static async Task PassSecondAsync(UringHost host, FakeTimeProvider clock)
    {
        await host.OnWorkerAsync(static _ => { }); // has taken note of all that has moved until now
        clock.Advance(TimeSpan.FromSeconds(1));
    }

    [LibraryImport("libc")]
    private static partial int dup2(int descriptor, int place);
}
