namespace Proxify.Configuration;

/// <summary>Which addresses of a target's name are used. Addresses that are given as such are not concerned.</summary>
public enum ResolverFamily
{
    /// <summary><c>all</c>: of both families.</summary>
    All,

    /// <summary><c>ipv4</c>: A records alone are asked for.</summary>
    IPv4,

    /// <summary><c>ipv6</c>: AAAA records alone are asked for.</summary>
    IPv6,
}
