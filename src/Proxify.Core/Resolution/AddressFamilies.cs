namespace Proxify.Resolution;

/// <summary>IPv4, IPv6, both or neither.</summary>
[Flags]
internal enum AddressFamilies
{
    None = 0,
    IPv4 = 1,
    IPv6 = 2,
    Both = IPv4 | IPv6,
}
