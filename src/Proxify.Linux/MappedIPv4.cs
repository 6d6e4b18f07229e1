namespace Proxify.Linux;

/// <summary>IPv4 addresses among IPv6 ones, as dual-stack sockets show them (ipv6(7)): v4-mapped, ::ffff:0:0/96 (RFC 4291, 2.5.5.2).</summary>
public static class MappedIPv4
{
    /// <summary>Bits of <see cref="Prefix"/> that count.</summary>
    public const int PrefixLength = 96;

    /// <summary>0.0.0.0, most significant bit first.</summary>
    public static UInt128 Prefix => new(0, 0x0000_ffff_0000_0000);

    /// <param name="address">Most significant bit first.</param>
    public static bool Contains(UInt128 address) => address >> (128 - PrefixLength) == 0xffff;

    /// <param name="address">Host byte order.</param>
    public static UInt128 From(uint address) => Prefix | address;
}
