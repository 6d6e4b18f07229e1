using Proxify.Model;
using Proxify.Transport;

namespace Proxify.Routing;

/// <summary>
/// Local endpoint to app, in the same few steps whether four ports are configured or 65,535. Two levels of 256, so that a small config does not pay for all ports.
/// </summary>
public sealed class RouteTable
{
    private static readonly UInt128 EveryIPv4 = TcpEndpoint.EveryIPv4Address(0).Address;

    private readonly Route?[]?[] _pages;

    private RouteTable(Route?[]?[] pages) => _pages = pages;

    /// <summary>The app that is configured for <paramref name="local"/>, or null.</summary>
    public AppModel? Find(TcpEndpoint local)
    {
        for (var route = _pages[local.Port >> 8]?[local.Port & 0xff]; route is not null; route = route.Next)
        {
            if (route.Address is null || route.Address == local.Address || (route.Address == EveryIPv4 && local.IsIPv4))
                return route.App;
        }

        return null;
    }

    /// <summary>Routes of one port: by address, most ports having just one that takes every address.</summary>
    private sealed record Route(UInt128? Address, AppModel App, Route? Next);

    internal sealed class Builder
    {
        private readonly Route?[]?[] _pages = new Route?[256][];
        private Route? _everyAddress;

        /// <param name="address">The address it is bound to, 0.0.0.0 for every IPv4 address, null for every address.</param>
        /// <param name="port">The port.</param>
        /// <param name="app">Where its connections go.</param>
        public void Add(UInt128? address, int port, AppModel app)
        {
            var page = _pages[port >> 8] ??= new Route?[256];
            var others = page[port & 0xff];
            page[port & 0xff] = address is null && others is null ? EveryAddressOf(app) : new Route(address, app, others);
        }

        // All ports of an app that has no Bind share one: 65,000 of them would be 4 MB.
        private Route EveryAddressOf(AppModel app) => _everyAddress?.App == app ? _everyAddress : _everyAddress = new Route(null, app, null);

        public RouteTable Build() => new(_pages);
    }
}
