using Proxify.Transport;

namespace Proxify.Resolution;

/// <summary>One address of a name's answer.</summary>
/// <param name="Endpoint">With port 0 where the answer says nothing of ports: then it is the target's.</param>
/// <param name="Weight">1-256, or 0 where the answer says nothing of weights: then it is the target's.</param>
/// <param name="IsBackup">A service's record of a priority that comes after another one's.</param>
internal readonly record struct ResolvedAddress(TcpEndpoint Endpoint, int Weight = 0, bool IsBackup = false)
{
    /// <summary><c>10.0.0.1</c>; of a service <c>10.0.0.1:6379 weight 2 backup</c>.</summary>
    public override string ToString() =>
        Endpoint.Port == 0 ? $"{Endpoint.ToIPAddress()}" : $"{Endpoint} weight {Weight}{(IsBackup ? " backup" : "")}";
}
