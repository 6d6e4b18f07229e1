using System.Globalization;

namespace Proxify.Transport;

/// <summary>The addresses of a network, as endpoints have them.</summary>
/// <param name="First">Its first address, IPv4 in its v4-mapped form.</param>
/// <param name="HostBits">How many of the last bits differ within it: 0 for one address, 127 at the most.</param>
internal readonly record struct AddressRange(UInt128 First, int HostBits)
{
    public bool IsIPv4 => new TcpEndpoint(First, 0).IsIPv4;

    /// <summary>The last address.</summary>
    public UInt128 Last => First | Mask;

    private UInt128 Mask => (UInt128.One << HostBits) - 1;

    /// <summary>The address so many after the first; after the last comes the first again.</summary>
    public UInt128 At(UInt128 index) => First | (index & Mask);

    /// <summary><c>10.0.0.16/28</c>, <c>10.0.0.16</c>, <c>2001:db8::/64</c>.</summary>
    public override string ToString()
    {
        var address = new TcpEndpoint(First, 0).ToIPAddress();
        return HostBits == 0 ? $"{address}" : string.Create(CultureInfo.InvariantCulture, $"{address}/{(IsIPv4 ? 32 : 128) - HostBits}");
    }
}
