using System.Net.Sockets;
using Proxify.Model;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>A listener for each port. A change opens what is missing, which may fail and then changes nothing, and closes what is unwanted once the new model is in force.</summary>
internal sealed class NativeEntrance(ITransport transport, IConnectionHandler handler, TimeProvider timeProvider) : IEntrance
{
    /// <summary>
    /// Where an app gets a <c>Bind</c>, its new listeners stand beside the one for every address and take what comes from then on. That one stays for so long: closing it resets
    /// the handshakes that it has begun and the connections that wait in its queue.
    /// </summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(1);

    private readonly Dictionary<TcpEndpoint, IListener> _open = [];
    private int _wanted;

    public string Summary => $"listening on {_wanted} endpoints";

    public async ValueTask ChangeAsync(ProxyModel next, Action swap)
    {
        var wanted = next.Endpoints.ToHashSet();
        var overlaps = await OpenMissingAsync(wanted);
        swap();
        _wanted = wanted.Count;
        var unwanted = _open.Keys.Where(e => !wanted.Contains(e) && !IsCovered(e, wanted)).ToList();
        if (overlaps && unwanted.Count > 0)
            await Task.Delay(Overlap, timeProvider);
        foreach (var endpoint in unwanted)
            await CloseAsync(endpoint);
    }

    public async ValueTask CloseAsync()
    {
        foreach (var endpoint in _open.Keys.ToList())
            await CloseAsync(endpoint);
    }

    /// <summary>Returns whether a listener was opened beside another one of ours on the same port.</summary>
    private async ValueTask<bool> OpenMissingAsync(HashSet<TcpEndpoint> wanted)
    {
        var overlaps = false;
        var opened = new List<TcpEndpoint>();
        var problems = new List<string>();
        foreach (var endpoint in wanted.Where(e => !_open.ContainsKey(e)))
        {
            try
            {
                try
                {
                    _open.Add(endpoint, transport.Listen(endpoint, handler));
                }
                catch (ListenException e) when (e.Error == SocketError.AddressAlreadyInUse && _open.Keys.Any(ours => ours.Port == endpoint.Port))
                {
                    _open.Add(endpoint, transport.Listen(endpoint, handler, besideOurs: true));
                    overlaps = true;
                }

                opened.Add(endpoint);
            }
            catch (ListenException e)
            {
                problems.Add(e.Message);
            }
        }

        if (problems.Count == 0)
            return overlaps;
        foreach (var endpoint in opened)
            await CloseAsync(endpoint);
        throw new ProxyStartException(problems);
    }

    /// <summary>
    /// Whether a wanted listener for every address takes the endpoint in. Then the one that is open goes on serving it: the kernel prefers it, and closing it would reset what waits in its queue.
    /// </summary>
    private static bool IsCovered(TcpEndpoint endpoint, HashSet<TcpEndpoint> wanted) =>
        wanted.Contains(TcpEndpoint.EveryAddress(endpoint.Port)) || (endpoint.IsIPv4 && wanted.Contains(TcpEndpoint.EveryIPv4Address(endpoint.Port)));

    private async ValueTask CloseAsync(TcpEndpoint endpoint)
    {
        if (_open.Remove(endpoint, out var listener))
            await listener.DisposeAsync();
    }
}
