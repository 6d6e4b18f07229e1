using Proxify.Balancing;
using Proxify.Transport;

namespace Proxify.Model;

/// <summary>What an endpoint is beyond one config: its load and its record. Survives reloads under the app's name, the target's address and the endpoint.</summary>
/// <param name="address">The target as configured: <c>127.0.0.1:7001</c>, <c>db.internal:5432</c>.</param>
/// <param name="endpoint">Where sessions of this endpoint go.</param>
public sealed class TargetState(string address, TcpEndpoint endpoint)
{
    public string Address { get; } = address;

    public TcpEndpoint Endpoint { get; } = endpoint;

    /// <summary>Whether the latest dial succeeded; true before the first.</summary>
    public bool Up { get; set; } = true;

    /// <summary>Its live sessions, and whether it may get more.</summary>
    public TargetLoad Load { get; } = new();

    /// <summary><c>127.0.0.1:7001</c>, <c>db.internal:5432 (10.0.0.7:5432)</c>.</summary>
    public override string ToString() => $"{Endpoint}" is var text && text == Address ? text : $"{Address} ({text})";
}
