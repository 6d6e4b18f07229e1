using System.Runtime.InteropServices;
using Microsoft.Extensions.Time.Testing;
using Proxify.Peers;
using Proxify.Transport;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

/// <summary>
/// An end that a waiting receive is not told of, as kernels with a known race do it; here because another connection takes the descriptor's place meanwhile.
/// </summary>
public sealed partial class UringSilenceTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly UringHost _host;

    public UringSilenceTests() => _host = new UringHost(clock: _clock);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_that_the_kernel_has_missed_is_found_within_a_second(bool ofClient)
    {
        var (client, target) = await OpenAsync();

        await MissResetAsync(ofClient ? client : target);
        await PassSecondAsync();

        Assert.Equal(ofClient ? RelayEnd.ClientReset : RelayEnd.TargetReset, await _host.Ends.ReadAsync().Within());
        await (ofClient ? target : client).ExpectResetAsync();
        await _host.ExpectNothingHeldAsync();
    }

    [Fact]
    public async Task End_after_an_earlier_silence_is_found_too()
    {
        var (client, target) = await OpenAsync();
        await PassSecondAsync();
        await _host.ExpectHeldAsync(static held => held.Timers == 0);

        await Peer.PingPongAsync(client, target);
        await MissResetAsync(client);
        await PassSecondAsync();

        Assert.Equal(RelayEnd.ClientReset, await _host.Ends.ReadAsync().Within());
        await target.ExpectResetAsync();
    }

    [Fact]
    public async Task Silence_alone_changes_nothing()
    {
        var (client, target) = await OpenAsync();

        await PassSecondAsync();
        await _host.ExpectHeldAsync(static held => held.Timers == 0);

        await Peer.PingPongAsync(client, target);
    }

    private async Task<(Peer Client, Peer Target)> OpenAsync()
    {
        var (client, target) = await _host.OpenAsync();
        await Peer.PingPongAsync(client, target);
        return (client, target);
    }

    /// <summary>Puts a connection that has been reset in place of the proxy's to <paramref name="peer"/>. The receive waits on for the one before.</summary>
    private async Task MissResetAsync(Peer peer)
    {
        using var connected = await Peer.ConnectAsync(_host.Targets.Endpoint);
        using var accepted = await _host.Targets.AcceptAsync();
        accepted.Reset();
        await connected.ExpectKernelResetAsync();

        await _host.OnWorkerAsync(worker =>
        {
            var socket = worker.Slots.All.ToArray().OfType<UringSocket>().Single(socket => socket.Connection?.Remote == new TcpEndpoint(peer.Local));
            Assert.Equal(socket.Fd, dup2((int)connected.Socket.Handle, socket.Fd));
        });
    }

    private async Task PassSecondAsync()
    {
        await _host.OnWorkerAsync(static _ => { }); // has taken note of all that has moved until now
        _clock.Advance(TimeSpan.FromSeconds(1));
    }

    [LibraryImport("libc")]
    private static partial int dup2(int descriptor, int place);
}
