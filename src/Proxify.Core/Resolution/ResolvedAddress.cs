using Proxify.Transport;

namespace Proxify.Resolution;

/// <summary>One address of a name's answer.</summary>
/// <param name="Endpoint">With port 0 where the answer says nothing of ports: then it is the target's.</param>
public readonly record struct ResolvedAddress(TcpEndpoint Endpoint);
