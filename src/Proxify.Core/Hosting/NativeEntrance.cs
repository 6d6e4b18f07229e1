using System.Net.Sockets;
using Proxify.Handover;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>A listener for each port.</summary>
/// <param name="transport">Makes the listeners.</param>
/// <param name="handler">Takes the connections.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="inheritance">A process that listens already, and whose place this one takes. Null (default): there is none.</param>
/// <param name="given">Sockets that listen already. Null (default): there are none.</param>
internal sealed class NativeEntrance(
    ITransport transport, IConnectionHandler handler, TimeProvider timeProvider, Inheritance? inheritance = null, GivenSockets? given = null) : IEntrance
{
    /// <summary>
    /// Where an app gets a <c>Bind</c>, its new listeners stand beside the one for every address and take what comes from then on. That one stays for so long:
    /// closing it resets the handshakes that it has begun and the connections that wait in its queue.
    /// </summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(1);

    /// <summary>More ports that cannot be bound are not looked for.</summary>
    private const int MostProblems = 65_536;

    private readonly Dictionary<TcpEndpoint, IListener> _open = [];
    private HashSet<TcpEndpoint> _wanted = [];
    private List<TcpEndpoint> _opened = [];
    private bool _overlaps;
    private Inheritance? _inheritance = inheritance;

    public string Summary => $"listening on {Count.Of(_wanted.Count, "endpoint")}";

    /// <summary>
    /// Binds all before it listens on any: a listener that is closed again resets the connections that it has taken meanwhile, and those that it took from a
    /// wider one of ours.
    /// </summary>
    public async ValueTask PrepareAsync(ProxyModel next, CancellationToken cancellation)
    {
        var wanted = next.Endpoints.ToHashSet();
        _overlaps = false;
        var bound = new List<(TcpEndpoint Endpoint, IListener Listener)>();
        var problems = new List<ListenException>();
        try
        {
            BindMissing(wanted, bound, problems, cancellation);
            foreach (var (endpoint, listener) in bound)
            {
                cancellation.ThrowIfCancellationRequested();
                if (problems.Count == 0 && !IsInherited(endpoint))
                    Try(listener.Listen, problems);
            }

            cancellation.ThrowIfCancellationRequested();
            if (problems.Count > 0)
                throw new ProxyStartException(ListenProblems.Describe(problems));
            TakeOver(bound);
        }
        catch
        {
            await Task.WhenAll(bound.Select(b => b.Listener.DisposeAsync().AsTask()));
            throw;
        }

        foreach (var (endpoint, listener) in bound)
            _open.Add(endpoint, listener);
        _opened = bound.ConvertAll(b => b.Endpoint);
        _wanted = wanted;
    }

    public IEnumerable<IListener> Listeners => _open.Values;

    public HandedSteering? Steering => null;

    public async ValueTask AbandonAsync()
    {
        await Task.WhenAll(_open.Values.Select(listener => listener.AbandonAsync().AsTask()));
        _open.Clear();
    }

    public async ValueTask CommitAsync()
    {
        _opened = [];
        var unwanted = _open.Keys.Where(e => !_wanted.Contains(e) && !IsCovered(e)).ToList();
        if (_overlaps && unwanted.Count > 0)
            await Task.Delay(Overlap, timeProvider, CancellationToken.None);
        foreach (var endpoint in unwanted)
            await CloseAsync(endpoint);
    }

    public async ValueTask RollBackAsync()
    {
        foreach (var endpoint in _opened)
            await CloseAsync(endpoint);
        _opened = [];
    }

    public async ValueTask CloseAsync()
    {
        await Task.WhenAll(_open.Values.Select(listener => listener.DisposeAsync().AsTask()));
        _open.Clear();
    }

    private void BindMissing(HashSet<TcpEndpoint> wanted, List<(TcpEndpoint Endpoint, IListener Listener)> bound, List<ListenException> problems,
        CancellationToken cancellation)
    {
        var ports = _open.Keys.Select(e => e.Port).ToHashSet();
        foreach (var endpoint in wanted.Where(e => !_open.ContainsKey(e)))
        {
            cancellation.ThrowIfCancellationRequested();
            if (problems.Count < MostProblems)
                Try(() => bound.Add((endpoint, Bind(endpoint, ports))), problems);
        }
    }

    /// <param name="endpoint">Where to.</param>
    /// <param name="ports">Those that other listeners of ours are open on.</param>
    private IListener Bind(TcpEndpoint endpoint, HashSet<ushort> ports)
    {
        try
        {
            return (_inheritance?.TryTake(endpoint) ?? given?.TryTake(endpoint)) is { } sockets
                ? transport.Inherit(endpoint, sockets, handler) : transport.Bind(endpoint, handler);
        }
        catch (ListenException e) when (e.Error == SocketError.AddressAlreadyInUse && ports.Contains(endpoint.Port))
        {
            var listener = transport.Bind(endpoint, handler, besideOurs: true);
            _overlaps = true;
            return listener;
        }
    }

    private bool IsInherited(TcpEndpoint endpoint) => _inheritance?.Has(endpoint) == true;

    /// <summary>Everything else stands: nothing can fail from here on.</summary>
    private void TakeOver(List<(TcpEndpoint Endpoint, IListener Listener)> bound)
    {
        if (_inheritance is not { } taken)
            return;
        taken.TakeOver();
        foreach (var (endpoint, listener) in bound)
        {
            if (IsInherited(endpoint))
                listener.Listen();
        }

        _inheritance = null;
    }

    private static void Try(Action step, List<ListenException> problems)
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

    /// <summary>
    /// Whether a wanted listener for every address takes the endpoint in. Then the one that is open goes on serving it: the kernel prefers it, and closing it
    /// would reset what waits in its queue.
    /// </summary>
    private bool IsCovered(TcpEndpoint endpoint) =>
        _wanted.Contains(TcpEndpoint.EveryAddress(endpoint.Port)) || (endpoint.IsIPv4 && _wanted.Contains(TcpEndpoint.EveryIPv4Address(endpoint.Port)));

    private async ValueTask CloseAsync(TcpEndpoint endpoint)
    {
        if (_open.Remove(endpoint, out var listener))
            await listener.DisposeAsync();
    }
}
