using System.Net.Sockets;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>
/// A listener for each port. A change opens what is missing, which may fail and then changes nothing, and closes what is unwanted once the new model is in
/// force.
/// </summary>
internal sealed class NativeEntrance(ITransport transport, IConnectionHandler handler, TimeProvider timeProvider) : IEntrance
{
    /// <summary>
    /// Where an app gets a <c>Bind</c>, its new listeners stand beside the one for every address and take what comes from then on. That one stays for so long:
    /// closing it resets the handshakes that it has begun and the connections that wait in its queue.
    /// </summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(1);

    /// <summary>More ports that cannot be bound are not looked for.</summary>
    private const int MostProblems = 65_536;

    private readonly Dictionary<TcpEndpoint, IListener> _open = [];
    private int _wanted;

    public string Summary => $"listening on {Count.Of(_wanted, "endpoint")}";

    public async ValueTask ChangeAsync(ProxyModel next, Action swap, CancellationToken cancellation)
    {
        var wanted = next.Endpoints.ToHashSet();
        var overlaps = await OpenMissingAsync(wanted, cancellation);
        swap();
        _wanted = wanted.Count;
        var unwanted = _open.Keys.Where(e => !wanted.Contains(e) && !IsCovered(e, wanted)).ToList();
        if (overlaps && unwanted.Count > 0)
            await Task.Delay(Overlap, timeProvider, CancellationToken.None);
        foreach (var endpoint in unwanted)
            await CloseAsync(endpoint);
    }

    public async ValueTask CloseAsync()
    {
        await Task.WhenAll(_open.Values.Select(listener => listener.DisposeAsync().AsTask()));
        _open.Clear();
    }

    /// <summary>
    /// Binds all before it listens on any: a listener that is closed again resets the connections that it has taken meanwhile, and those that it took from a
    /// wider one of ours. Returns whether a listener was opened beside another one of ours on the same port.
    /// </summary>
    private async ValueTask<bool> OpenMissingAsync(HashSet<TcpEndpoint> wanted, CancellationToken cancellation)
    {
        var ports = _open.Keys.Select(e => e.Port).ToHashSet();
        var overlaps = false;
        var bound = new List<(TcpEndpoint Endpoint, IListener Listener)>();
        var problems = new List<ListenException>();
        try
        {
            foreach (var endpoint in wanted.Where(e => !_open.ContainsKey(e)))
            {
                cancellation.ThrowIfCancellationRequested();
                if (problems.Count < MostProblems)
                    Try(() => bound.Add((endpoint, Bind(endpoint))));
            }

            foreach (var (_, listener) in bound)
            {
                cancellation.ThrowIfCancellationRequested();
                if (problems.Count == 0)
                    Try(listener.Listen);
            }

            cancellation.ThrowIfCancellationRequested();
            if (problems.Count > 0)
                throw new ProxyStartException(ListenProblems.Describe(problems));
        }
        catch
        {
            await Task.WhenAll(bound.Select(b => b.Listener.DisposeAsync().AsTask()));
            throw;
        }

        foreach (var (endpoint, listener) in bound)
            _open.Add(endpoint, listener);
        return overlaps;

        void Try(Action step)
        {
            try
            {
                step();
            }
            catch (ListenException e)
            {
                problems.Add(e);
            }
        }

        IListener Bind(TcpEndpoint endpoint)
        {
            try
            {
                return transport.Bind(endpoint, handler);
            }
            catch (ListenException e) when (e.Error == SocketError.AddressAlreadyInUse && ports.Contains(endpoint.Port))
            {
                var listener = transport.Bind(endpoint, handler, besideOurs: true);
                overlaps = true;
                return listener;
            }
        }
    }

    /// <summary>
    /// Whether a wanted listener for every address takes the endpoint in. Then the one that is open goes on serving it: the kernel prefers it, and closing it
    /// would reset what waits in its queue.
    /// </summary>
    private static bool IsCovered(TcpEndpoint endpoint, HashSet<TcpEndpoint> wanted) =>
        wanted.Contains(TcpEndpoint.EveryAddress(endpoint.Port)) || (endpoint.IsIPv4 && wanted.Contains(TcpEndpoint.EveryIPv4Address(endpoint.Port)));

    private async ValueTask CloseAsync(TcpEndpoint endpoint)
    {
        if (_open.Remove(endpoint, out var listener))
            await listener.DisposeAsync();
    }
}
