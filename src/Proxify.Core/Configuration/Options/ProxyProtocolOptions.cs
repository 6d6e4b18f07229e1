using System.Net;

namespace Proxify.Configuration;

/// <summary><c>ProxyProtocol</c> of an app.</summary>
internal static class ProxyProtocolOptions
{
    public static readonly ListOption<ProxyProtocolConfig, IPNetwork> From = new(
        nameof(From), "networks", new NetworkType(), p => p.From, (p, value) => p with { From = value },
        "the balancers: whoever is in these networks is believed")
    { IsRequired = true, AtLeastOne = "network" };

    public static readonly ValueOption<ProxyProtocolConfig, bool> Required = new(
        nameof(Required), new FlagType(), p => p.Required, (p, value) => p with { Required = value },
        "`true`: everybody else is denied, and a balancer that sends no header is refused. `false`: those are clients themselves", false);

    public static readonly Section<ProxyProtocolConfig> Section = new("an object such as {\"From\": [\"10.0.0.0/24\"]}", From, Required);
}
