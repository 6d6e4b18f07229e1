using Proxify.Linux;

namespace Proxify.Admission;

/// <summary>Tells sources apart: two addresses are one source if they agree under the mask of their family.</summary>
/// <param name="IPv4">For v4-mapped addresses.</param>
/// <param name="IPv6">For all others.</param>
internal readonly record struct SourceMask(UInt128 IPv4, UInt128 IPv6)
{
    /// <param name="ipv4">Bits that count of an IPv4 address, 1-32.</param>
    /// <param name="ipv6">Bits that count of an IPv6 address, 1-128.</param>
    public static SourceMask OfLengths(int ipv4, int ipv6) => new(Leading(SourcePrefix.AllIPv4.Length + ipv4), Leading(ipv6));

    /// <param name="address">128 bits, IPv4 v4-mapped.</param>
    public UInt128 Apply(UInt128 address) => address & (MappedIPv4.Contains(address) ? IPv4 : IPv6);

    private static UInt128 Leading(int length) => UInt128.MaxValue << (128 - length);
}
