using System.Net;
using System.Net.Sockets;
using Proxify.Transport;

namespace Proxify.Configuration;

/// <summary>The addresses that an app listens on.</summary>
internal sealed class LocalAddresses
{
    public static readonly IPAddress[] Wildcards = [IPAddress.IPv6Any, IPAddress.Any];

    private readonly HashSet<IPAddress> _addresses;
    private readonly bool _isEvery;
    private readonly bool _isEveryIPv4;
    private readonly bool _hasIPv4;

    private LocalAddresses(IEnumerable<IPAddress> addresses)
    {
        _addresses = [.. addresses.Select(Plain)];
        _isEvery = _addresses.Contains(IPAddress.IPv6Any);
        _isEveryIPv4 = _isEvery || _addresses.Contains(IPAddress.Any);
        _hasIPv4 = _isEvery || _addresses.Any(address => address.AddressFamily == AddressFamily.InterNetwork);
    }

    /// <summary>Null when the app's Bind is itself in error, so that nothing can be said.</summary>
    public static LocalAddresses? Of(AppConfig app) => app.Bind is null || app.Bind.Contains(null!)
        ? null
        : new LocalAddresses(app.Bind.Count == 0 ? [IPAddress.IPv6Any] : app.Bind);

    /// <summary>One form for what is one address to a socket: an IPv4-mapped IPv6 address is the IPv4 address, and only a link-local one has a zone.</summary>
    public static IPAddress Plain(IPAddress address) => new TcpEndpoint(address, 0).ToIPAddress();

    /// <summary>Whether <paramref name="wildcard"/> is one, and other addresses fall under it: :: (a dual-stack socket) is everything, 0.0.0.0 all IPv4.</summary>
    public static bool Includes(IPAddress wildcard, IPAddress address) =>
        !wildcard.Equals(address)
        && (wildcard.Equals(IPAddress.IPv6Any) || (wildcard.Equals(IPAddress.Any) && address.AddressFamily == AddressFamily.InterNetwork));

    /// <summary>Whether a connection to <paramref name="address"/> would arrive here.</summary>
    public bool Receive(IPAddress address) =>
        _isEvery || (_isEveryIPv4 && address.AddressFamily == AddressFamily.InterNetwork) || _addresses.Contains(address);

    /// <summary>Whether both cannot listen on the same port.</summary>
    public bool Overlap(LocalAddresses other) =>
        _isEvery || other._isEvery
        || (_isEveryIPv4 && other._hasIPv4)
        || (other._isEveryIPv4 && _hasIPv4)
        || (_addresses.Count <= other._addresses.Count ? other._addresses.Overlaps(_addresses) : _addresses.Overlaps(other._addresses));
}
