using System.Net;
using System.Net.Sockets;
using Proxify.Configuration;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>Where an app's dials come from.</summary>
internal static class EffectiveSource
{
    /// <summary>Null: as the kernel chooses.</summary>
    public static DialSource? Of(DialSourceConfig? config) => config switch
    {
        null => null,
        { IsClient: true } => DialSource.Client,
        _ => new DialSource([.. config.Addresses.Select(RangeOf)]),
    };

    private static AddressRange RangeOf(IPNetwork network)
    {
        var bits = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return new AddressRange(new TcpEndpoint(network.BaseAddress, 0).Address, bits - network.PrefixLength);
    }
}
