using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Proxify.Configuration;

/// <summary>The text of a source network: <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>, or a single address.</summary>
internal static class SourceNetwork
{
    /// <summary>Prefixes from this length on contain nothing but IPv4-mapped addresses, if their first one is one.</summary>
    private const int MappedPrefix = 96;

    /// <summary>False, and what is wrong, when the text is no network. Whether a network may stand in a list is the validator's question.</summary>
    public static bool TryParse(string text, out IPNetwork network, [NotNullWhen(false)] out string? problem)
    {
        network = default;
        problem = null;
        if (!TrySplit(text, out var address, out var length))
        {
            problem = $"expected a network such as \"10.0.0.0/8\" or \"2001:db8::/32\", or one address, found {Quoted.Text(text)}";
            return false;
        }

        var longest = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (length > longest)
        {
            problem = $"the prefix length {length} is out of range; expected 0-{longest}";
            return false;
        }

        // Clears the bits after the prefix.
        network = new IPNetwork(address, length ?? longest);
        if (!network.BaseAddress.Equals(address))
        {
            problem = $"{Quoted.Text(text)} has bits set after its prefix; did you mean \"{Unmapped(network) ?? network}\"?";
            return false;
        }

        return true;
    }

    /// <summary>The IPv4 network that a network of IPv4-mapped IPv6 addresses means; null if it is none.</summary>
    public static IPNetwork? Unmapped(IPNetwork network) =>
        network.PrefixLength >= MappedPrefix && network.BaseAddress.IsIPv4MappedToIPv6
            ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefix)
            : null;

    private static bool TrySplit(string text, [NotNullWhen(true)] out IPAddress? address, out int? prefixLength)
    {
        address = null;
        prefixLength = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            if (!PortNumber.TryParse(text.AsSpan(slash + 1), out var length))
                return false;

            prefixLength = length;
        }

        // A zone names an interface of this machine; the rules go by address alone.
        return !text.Contains('%', StringComparison.Ordinal) && HostSyntax.TryParseAddress(slash < 0 ? text : text[..slash], out address);
    }
}
