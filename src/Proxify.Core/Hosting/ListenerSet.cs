using System.Net.Sockets;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>The open native listeners. A change is made in two steps: open what is missing, which may fail and then changes nothing; close what is unwanted.</summary>
internal sealed class ListenerSet(ITransport transport, IConnectionHandler handler)
{
    private readonly Dictionary<TcpEndpoint, IListener> _open = [];

    public int Count => _open.Count;

    /// <exception cref="ProxyStartException">At least one endpoint cannot be opened; lists all of them. What was open before still is.</exception>
    public async ValueTask OpenMissingAsync(IReadOnlyCollection<TcpEndpoint> wanted)
    {
        var keep = wanted.ToHashSet();
        var opened = new List<TcpEndpoint>();
        var closed = new List<TcpEndpoint>();
        var problems = new List<string>();
        foreach (var endpoint in wanted.Where(e => !_open.ContainsKey(e)))
        {
            try
            {
                try
                {
                    Open(endpoint);
                }
                catch (ListenException e) when (e.Error == SocketError.AddressAlreadyInUse && Unwanted(endpoint.Port, keep) is { Count: > 0 } ours)
                {
                    // The other holder of the port is a listener of ours that this change ends (say, an app that gets or loses its Bind).
                    foreach (var old in ours)
                        await CloseAsync(old);
                    closed.AddRange(ours);
                    Open(endpoint);
                }

                opened.Add(endpoint);
            }
            catch (ListenException e)
            {
                problems.Add(e.Message);
            }
        }

        if (problems.Count == 0)
            return;

        foreach (var endpoint in opened)
            await CloseAsync(endpoint);
        foreach (var endpoint in closed)
        {
            try
            {
                Open(endpoint);
            }
            catch (ListenException e)
            {
                problems.Add($"and while going back: {e.Message}");
            }
        }

        throw new ProxyStartException(problems);
    }

    public async ValueTask CloseUnwantedAsync(IReadOnlyCollection<TcpEndpoint> wanted)
    {
        var keep = wanted.ToHashSet();
        foreach (var endpoint in _open.Keys.Where(e => !keep.Contains(e)).ToList())
            await CloseAsync(endpoint);
    }

    private List<TcpEndpoint> Unwanted(int port, HashSet<TcpEndpoint> keep) => _open.Keys.Where(e => e.Port == port && !keep.Contains(e)).ToList();

    private void Open(TcpEndpoint endpoint) => _open.Add(endpoint, transport.Listen(endpoint, handler));

    private async ValueTask CloseAsync(TcpEndpoint endpoint)
    {
        if (_open.Remove(endpoint, out var listener))
            await listener.DisposeAsync();
    }
}
