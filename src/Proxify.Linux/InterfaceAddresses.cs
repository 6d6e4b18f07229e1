using System.Net;
using System.Net.NetworkInformation;

namespace Proxify.Linux;

/// <summary>The addresses of this machine's network interfaces (in the network namespace of this process), as they are now.</summary>
public static class InterfaceAddresses
{
    /// <summary>Empty when the kernel does not say.</summary>
    public static IReadOnlySet<IPAddress> Read()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)
                .ToHashSet();
        }
        catch (NetworkInformationException)
        {
            return new HashSet<IPAddress>();
        }
    }
}
