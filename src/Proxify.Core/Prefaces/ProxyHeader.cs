using Proxify.Transport;

namespace Proxify.Prefaces;

/// <summary>What a PROXY header says, or why it says nothing.</summary>
/// <param name="Status">The rest is of a <see cref="ProxyHeaderStatus.Complete"/> one.</param>
/// <param name="Length">Its bytes; what follows is the client's.</param>
/// <param name="Addresses">
/// The client, and what it has connected to. Null: those of the connection itself hold, since the balancer speaks for itself (a health check), or does not know
/// them, or they are none of TCP.
/// </param>
/// <param name="Tlvs">Where in the header its further fields are, such as <see cref="ProxyTlvs"/> reads them; empty in version 1.</param>
internal readonly record struct ProxyHeader(
    ProxyHeaderStatus Status, int Length = 0, (TcpEndpoint Source, TcpEndpoint Destination)? Addresses = null, Range Tlvs = default);
