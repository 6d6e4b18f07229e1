namespace Proxify.Configuration;

/// <summary>The PROXY header that targets get first. In a file without <see cref="Tlvs"/> it is the version alone: <c>"v2"</c>.</summary>
public sealed record SendProxyProtocolConfig
{
    /// <summary>How it is written. Default <see cref="ProxyProtocolVersion.V2"/>.</summary>
    public ProxyProtocolVersion Version { get; init; } = ProxyProtocolVersion.V2;

    /// <summary>
    /// What it says besides the addresses, as far as it is known: by the proxy itself, or from the header of a balancer in front of it. None twice, and none
    /// with version 1. Default (empty): nothing.
    /// </summary>
    public IReadOnlyList<ProxyProtocolTlv> Tlvs { get; init; } = [];
}
