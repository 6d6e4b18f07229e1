using Proxify.Balancing;
using Proxify.Health;
using Proxify.Transport;

namespace Proxify.Model;

/// <summary>What an endpoint is beyond one config: its load and its record. Survives reloads under the app's name, the target's address and the endpoint.</summary>
public sealed class TargetState
{
    /// <param name="address">The target as configured: <c>127.0.0.1:7001</c>, <c>db.internal:5432</c>, <c>_redis._tcp.cache.internal</c>.</param>
    /// <param name="endpoint">Where sessions of this endpoint go.</param>
    public TargetState(string address, TcpEndpoint endpoint)
    {
        Address = address;
        Endpoint = endpoint;
        Health = new TargetHealth(ToString(), address.LastIndexOf(':') is > 0 and var colon ? address[..colon] : address, endpoint, Load);
    }

    public string Address { get; }

    public TcpEndpoint Endpoint { get; }

    /// <summary>Its live sessions, and whether it may get more.</summary>
    public TargetLoad Load { get; } = new();

    /// <summary>What checks and sessions say of it; decides whether it may get more.</summary>
    public TargetHealth Health { get; }

    /// <summary><c>127.0.0.1:7001</c>, <c>db.internal:5432 (10.0.0.7:5432)</c>.</summary>
    public override string ToString() => $"{Endpoint}" is var text && text == Address ? text : $"{Address} ({text})";
}
