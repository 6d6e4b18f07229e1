using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>A target as configured, and where its endpoints come from.</summary>
/// <param name="Address">As in the config: <c>127.0.0.1:7001</c>, <c>db.internal:5432</c>, <c>_redis._tcp.cache.internal</c>.</param>
/// <param name="Weight">Share of new sessions of each of its endpoints relative to the app's others; 0: none.</param>
/// <param name="IsBackup">Used only when no other target is available.</param>
/// <param name="Literal">The one endpoint of an address; null for a name.</param>
/// <param name="Name">The name that gives the endpoints; null for an address.</param>
/// <param name="Port">The port at each of the name's addresses; 0 for a service, which brings its ports, and with <paramref name="PortOffset"/>.</param>
/// <param name="PortOffset">What is added to the client's port, which takes the place of <paramref name="Port"/>; null: nothing does.</param>
internal sealed record TargetModel(string Address, int Weight, bool IsBackup, TcpEndpoint? Literal, ResolvedName? Name, ushort Port, int? PortOffset = null)
{
    /// <summary>
    /// One for an address; for a name, as many as its latest good answer has. A service's weights take the place of <see cref="Weight"/>, unless that is 0.
    /// </summary>
    internal IEnumerable<(TcpEndpoint Endpoint, int Weight, bool IsBackup)> Endpoints => Literal is { } literal
        ? [(literal, Weight, IsBackup)]
        : Name!.Current.Select(a => (
            a.Endpoint.Port == 0 ? a.Endpoint with { Port = Port } : a.Endpoint,
            Weight == 0 || a.Weight == 0 ? Weight : a.Weight,
            IsBackup || a.IsBackup));
}
