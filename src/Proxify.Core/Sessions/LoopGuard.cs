using System.Collections.Concurrent;
using System.Net.Sockets;
using Proxify.Routing;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// Keeps a target from leading back to proxify, where one connection would become as many as there are descriptors. Two ways to notice: before a dial, that the target is
/// one of our own listeners on this machine; after an accept, that the connection is one of our own dials, seen from its other end. Both ends have to match: the kernel gives one
/// local port to several connections as long as they go to different places.
/// </summary>
/// <param name="timeProvider">The clock.</param>
/// <param name="steeringPort">The port of the steered listener, if there is one: on this machine it is ours whatever the routes say.</param>
internal sealed class LoopGuard(TimeProvider timeProvider, int? steeringPort = null)
{
    private const int MostKnownAddresses = 10_000;
    private static readonly TimeSpan AddressesHoldFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(TcpEndpoint Ours, TcpEndpoint Theirs), bool> _dials = new();
    private readonly ConcurrentDictionary<TcpEndpoint, (bool IsLocal, long AskedAt)> _addresses = new();

    /// <summary>Remembers a connection to a target while it lives.</summary>
    public void AddDial(Connection target) => _dials.TryAdd((target.Local, target.Remote), true);

    public void RemoveDial(Connection target) => _dials.TryRemove((target.Local, target.Remote), out _);

    public bool IsOwnDial(Connection client) => _dials.ContainsKey((client.Remote, client.Local));

    /// <summary>Only a target with a port of ours costs more than a table look-up.</summary>
    public bool LeadsBack(TcpEndpoint target, RouteTable routes) => (target.Port == steeringPort || routes.Find(target) is not null) && IsLocal(target);

    private bool IsLocal(TcpEndpoint endpoint)
    {
        if (endpoint.IsLoopback || endpoint.IsAny)
            return true;
        if (_addresses.TryGetValue(endpoint, out var known) && timeProvider.GetElapsedTime(known.AskedAt) < AddressesHoldFor)
            return known.IsLocal;
        if (_addresses.Count >= MostKnownAddresses)
            _addresses.Clear();
        var isLocal = CanBind(endpoint);
        _addresses[endpoint] = (isLocal, timeProvider.GetTimestamp());
        return isLocal;
    }

    /// <summary>Asks the kernel whether the address is this machine's; that also covers local routes, which no interface lists.</summary>
    private static bool CanBind(TcpEndpoint endpoint)
    {
        try
        {
            using var probe = new Socket(endpoint.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind((endpoint with { Port = 0 }).ToIPEndPoint());
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
