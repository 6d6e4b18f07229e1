using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>One session of a <see cref="HandoverHost"/>, seen by its peers.</summary>
internal sealed class MovedSession(HandoverHost host, Peer client, Peer target, Connection connection) : IDisposable
{
    private (ConnectionState Client, ConnectionState Target) _given;
    private Task<Ended>? _ended;

    public Peer Client => client;

    public Peer Target => target;

    /// <summary>The sockets while nobody has them.</summary>
    public int[] Given => [_given.Client.Descriptor, _given.Target.Descriptor];

    /// <summary>Whether something goes along that is in no socket.</summary>
    public bool HasUnread => !_given.Client.Unread.IsEmpty && !_given.Target.Unread.IsEmpty;

    /// <summary>The giver suspends its relay, and goes on itself.</summary>
    public Task InterruptAsync() => host.InterruptAsync(connection);

    /// <summary>The giver suspends its relay and lets go of it; nobody has it then.</summary>
    public async Task SuspendAsync() => _given = await host.SuspendAsync(connection);

    /// <summary>The taker relays on.</summary>
    public void GoOn() => _ended = host.Adopt(_given.Client, _given.Target);

    public async Task MoveAsync()
    {
        await SuspendAsync();
        GoOn();
    }

    /// <summary>The relay ends so, and has counted what the peers have sent.</summary>
    public async Task ExpectEndAsync(RelayEnd expected)
    {
        var ended = await _ended!.Within();
        Assert.Equal((expected, client.Sent, target.Sent), (ended.End, ended.FromClient, ended.FromTarget));
    }

    public void Dispose()
    {
        client.Dispose();
        target.Dispose();
    }

    /// <param name="End">The taker's relay's.</param>
    /// <param name="FromClient">Bytes through both processes.</param>
    /// <param name="FromTarget">Likewise.</param>
    internal sealed record Ended(RelayEnd End, long FromClient, long FromTarget);
}
