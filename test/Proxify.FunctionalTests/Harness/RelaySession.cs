using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>One relayed session seen from all sides.</summary>
internal sealed class RelaySession(Peer client, Peer target, RelaySession.Relayed relayed) : IDisposable
{
    public Peer Client => client;

    public Peer Target => target;

    public Connection ClientConnection => relayed.Client;

    public Connection TargetConnection => relayed.Target;

    /// <summary>The relay's result, waited for with <see cref="Patience"/>.</summary>
    public Task<RelayEnd> End => relayed.End.Within();

    public bool HasEnded => relayed.End.IsCompleted;

    public Task PingPongAsync() => Peer.PingPongAsync(client, target);

    public async Task ExpectEndAsync(RelayEnd expected) => Assert.Equal(expected, await End);

    /// <summary>Both peers see RST and the relay ends as expected.</summary>
    public async Task ExpectResetBothAsync(RelayEnd expected)
    {
        await client.ExpectResetAsync();
        await target.ExpectResetAsync();
        await ExpectEndAsync(expected);
    }

    public void Dispose()
    {
        client.Dispose();
        target.Dispose();
    }

    /// <summary>The transport's side of a session.</summary>
    internal sealed record Relayed(Connection Client, Connection Target, Task<RelayEnd> End);
}
