using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>A FIN before which TLS has not said that it is the end: a stream that was cut off must not look whole on the other side.</summary>
public sealed class TruncationTests
{
    private const int Sent = 100_000;

    [Theory, EveryVersion]
    public async Task Client_that_is_cut_off_resets_the_target(string transport, string version)
    {
        await using var host = RelayHost.Start($"{transport}, {version} to {version}");
        using var session = await host.OpenAsync();

        await CutOffAsync(session.Client, session.Target);

        await session.ExpectEndAsync(RelayEnd.ClientReset);
        Assert.Equal(TransformLoss.Truncated, session.ClientConnection.Transform!.Loss);
        Assert.Null(session.TargetConnection.Transform!.Loss);
    }

    [Theory, EveryVersion]
    public async Task Target_that_is_cut_off_resets_the_client(string transport, string version)
    {
        await using var host = RelayHost.Start($"{transport}, {version} to {version}");
        using var session = await host.OpenAsync();

        await CutOffAsync(session.Target, session.Client);

        await session.ExpectEndAsync(RelayEnd.TargetReset);
        Assert.Equal(TransformLoss.Truncated, session.TargetConnection.Transform!.Loss);
        Assert.Null(session.ClientConnection.Transform!.Loss);
    }

    [Theory, EveryVersion]
    public async Task Answer_that_is_cut_off_after_the_clients_end_does_not_look_whole(string transport, string version)
    {
        await using var host = RelayHost.Start($"{transport}, {version} to {version}");
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();

        await CutOffAsync(session.Target, session.Client);

        await session.ExpectEndAsync(RelayEnd.TargetReset);
    }

    private static async Task CutOffAsync(Peer cut, Peer other)
    {
        await cut.SendAsync(Sent);
        cut.Socket.Shutdown(SocketShutdown.Send);

        await other.ExpectResetAsync();
        Assert.Equal(Sent, other.Received);
    }
}
