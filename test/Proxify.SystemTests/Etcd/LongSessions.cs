namespace Proxify.SystemTests.Etcd;

/// <summary>Sessions that are open from a test's beginning to its end.</summary>
internal sealed class LongSessions : IDisposable
{
    private readonly List<(Peer Client, Peer Target)> _open = [];

    public async Task<(Peer Client, Peer Target)> OpenAsync(Lab lab, int port, PeerListener target)
    {
        var session = (Client: await lab.ConnectAsync(port), Target: await target.AcceptAsync());
        _open.Add(session);
        await Peer.PingPongAsync(session.Client, session.Target);
        return session;
    }

    /// <summary>Each of them takes a byte each way.</summary>
    public async Task LiveAsync()
    {
        foreach (var (client, target) in _open)
            await Peer.PingPongAsync(client, target);
    }

    public void Dispose()
    {
        foreach (var (client, target) in _open)
        {
            client.Dispose();
            target.Dispose();
        }
    }
}
