using Proxify.Balancing;
using Proxify.Configuration;
using Proxify.Health;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>
/// What an endpoint is beyond one config: its load and its record. Survives reloads under the app's name, the target's address and the endpoint.
/// </summary>
internal sealed class TargetState
{
    private readonly int? _portOffset;
    private RequestCounters? _requests;

    /// <param name="address">
    /// The target as configured: <c>127.0.0.1:7001</c>, <c>db.internal:5432</c>, <c>10.0.0.7:+1000</c>, <c>_redis._tcp.cache.internal</c>.
    /// </param>
    /// <param name="endpoint">Where sessions of this endpoint go.</param>
    /// <param name="portOffset">The endpoint has no port of its own: sessions go to that of their client and so many further. Null: it has.</param>
    public TargetState(string address, TcpEndpoint endpoint, int? portOffset = null)
    {
        Address = address;
        Endpoint = endpoint;
        _portOffset = portOffset;
        EndpointText = portOffset is { } offset ? endpoint.AddressText + TargetConfig.OffsetText(offset) : endpoint.ToString();
        Health = new TargetHealth(ToString(), HostName, endpoint, Load);
    }

    public string Address { get; }

    /// <summary>Of the target as configured, without a port: a name, or an IP address without brackets.</summary>
    public string HostName => Host(Address).Trim('[', ']');

    /// <summary>Its port is 0 where the client's takes part: see <see cref="For"/>.</summary>
    public TcpEndpoint Endpoint { get; }

    /// <summary>
    /// For people and metrics, and the same in every proxy: <c>10.0.0.7:5432</c>; <c>10.0.0.7</c> or <c>10.0.0.7:+1000</c> where the client's port takes part.
    /// </summary>
    public string EndpointText { get; }

    /// <summary>One host with all its ports: that a connect to one of them was refused says nothing of the others, and that the host is there.</summary>
    public bool HasClientsPort => _portOffset is not null;

    /// <summary>Its live sessions, and whether it may get more.</summary>
    public TargetLoad Load { get; } = new();

    public TargetCounters Counters { get; } = new();

    /// <summary>What its app's requests came to; made when the first is sent. Null: the proxy knows none.</summary>
    public RequestCounters? Requests => Volatile.Read(ref _requests);

    /// <summary>What checks and sessions say of it; decides whether it may get more.</summary>
    public TargetHealth Health { get; }

    /// <summary><see cref="Requests"/>, from now on.</summary>
    public RequestCounters CountRequests() => _requests ?? Interlocked.CompareExchange(ref _requests, new RequestCounters(), null) ?? _requests!;

    /// <summary>
    /// Where a session goes whose client asked for <paramref name="port"/>; null where that would be no port, which only a port that no app has can lead to.
    /// </summary>
    public TcpEndpoint? For(ushort port) => _portOffset is not { } offset ? Endpoint
        : port + offset is >= 1 and <= ushort.MaxValue and var there ? Endpoint with { Port = (ushort)there }
        : null;

    /// <summary><c>127.0.0.1:7001</c>, <c>db.internal:5432 (10.0.0.7:5432)</c>.</summary>
    public override string ToString() => EndpointText == Address ? Address : $"{Address} ({EndpointText})";

    private static string Host(string address) => !address.EndsWith(']') && address.LastIndexOf(':') is > 0 and var colon ? address[..colon] : address;
}
