using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Model;

/// <summary>A target as configured, and where its endpoints come from.</summary>
/// <param name="Address">As in the config: <c>127.0.0.1:7001</c>, <c>db.internal:5432</c>.</param>
/// <param name="Weight">Share of new sessions of each of its endpoints relative to the app's others; 0: none.</param>
/// <param name="IsBackup">Used only when no other target is available.</param>
/// <param name="Literal">The one endpoint of an address; null for a name.</param>
/// <param name="Name">The name that gives the endpoints; null for an address.</param>
/// <param name="Port">The port at each of the name's addresses.</param>
public sealed record TargetModel(string Address, int Weight, bool IsBackup, TcpEndpoint? Literal, ResolvedName? Name, ushort Port)
{
    /// <summary>One for an address; for a name, as many as its latest good answer has.</summary>
    internal IEnumerable<TcpEndpoint> Endpoints => Literal is { } literal ? [literal] : Name!.Current.Select(a => a.Endpoint with { Port = Port });
}
