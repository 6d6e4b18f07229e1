using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Routing;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// Keeps a target from leading back to proxify, where one connection would become as many as there are descriptors. Two ways to notice: the target is one of
/// our own listeners on this machine; or we have accepted a connection at the very endpoint that we dial, which also finds ports that are in no config, such as
/// those steered by hand.
/// </summary>
internal sealed class LoopGuard(IPortOwner ports, TimeProvider timeProvider)
{
    /// <summary>Of each kind of knowledge. Past it all of that kind is forgotten, and learned anew.</summary>
    internal const int MostKnown = 10_000;

    /// <summary>What was learned is asked again after this: an address or a port may have become somebody else's.</summary>
    private static readonly TimeSpan HoldsFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<TcpEndpoint, bool> _dialled = new();
    private readonly ConcurrentDictionary<TcpEndpoint, long> _ours = new();
    private readonly ConcurrentDictionary<TcpEndpoint, (bool IsLocal, long AskedAt)> _addresses = new();

    /// <summary>What it remembers, all kinds together: <see cref="MostKnown"/> each at the most, or as many more as there are threads at once.</summary>
    internal int Known => _dialled.Count + _ours.Count + _addresses.Count;

    /// <summary>Before a dial: from now on a connection that is accepted at <paramref name="target"/> shows that it is ours.</summary>
    public void NoteDial(TcpEndpoint target)
    {
        if (_dialled.ContainsKey(target))
            return;
        Remember(_dialled, target, true);
    }

    /// <summary>After an accept. Costs a look-up, unless there is a loop.</summary>
    public void NoteAccept(TcpEndpoint local)
    {
        if (_dialled.ContainsKey(local))
            Remember(_ours, local, timeProvider.GetTimestamp());
    }

    /// <summary>Only a target with a port of ours costs more than look-ups.</summary>
    public bool LeadsBack(TcpEndpoint target, RouteTable<PortModel> routes) =>
        ((ports.IsOurs(target.Port, hasAccepted: false) || routes.Find(target) is not null) && IsLocal(target)) || IsKnownAsOurs(target);

    private bool IsKnownAsOurs(TcpEndpoint target)
    {
        if (!_ours.TryGetValue(target, out var since))
            return false;
        if (timeProvider.GetElapsedTime(since) < HoldsFor && ports.IsOurs(target.Port, hasAccepted: true))
            return true;
        _ours.TryRemove(target, out _);
        return false;
    }

    private bool IsLocal(TcpEndpoint endpoint)
    {
        if (endpoint.IsLoopback || endpoint.IsAny)
            return true;
        var address = endpoint with { Port = 0 }; // one host may be dialled at thousands of ports
        if (_addresses.TryGetValue(address, out var known) && timeProvider.GetElapsedTime(known.AskedAt) < HoldsFor)
            return known.IsLocal;
        if (IsOwn(endpoint) is not { } isLocal)
            return false;
        Remember(_addresses, address, (isLocal, timeProvider.GetTimestamp()));
        return isLocal;
    }

    private static void Remember<T>(ConcurrentDictionary<TcpEndpoint, T> known, TcpEndpoint endpoint, T value)
    {
        if (!known.ContainsKey(endpoint) && known.Count >= MostKnown)
            known.Clear();
        known[endpoint] = value;
    }

    /// <summary>
    /// Asks the kernel whether the address is this machine's; that also covers local routes, which no interface lists. A bind to any other fails, unless
    /// ip_nonlocal_bind is set. Then the source address on the way there tells: the address itself, or, of an interface's second address, the first. Nothing is
    /// sent. Null: there is no descriptor to ask with.
    /// </summary>
    private static bool? IsOwn(TcpEndpoint endpoint)
    {
        try
        {
            using var bound = Probe(endpoint);
            bound.Bind((endpoint with { Port = 0 }).ToIPEndPoint());
            using var connected = Probe(endpoint);
            connected.Connect(endpoint.ToIPEndPoint());
            return (new TcpEndpoint((IPEndPoint)connected.LocalEndPoint!) with { Port = endpoint.Port }) == endpoint
                || InterfaceAddresses.Read().Contains(endpoint.ToIPAddress());
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable ? null : false;
        }
    }

    private static Socket Probe(TcpEndpoint endpoint) =>
        new(endpoint.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
}
