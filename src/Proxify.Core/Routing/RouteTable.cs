using Proxify.Model;
using Proxify.Transport;

namespace Proxify.Routing;

/// <summary>
/// Local endpoint to app, in the same few steps whether four ports are configured or 65,535. Two levels of 256, so that a small config does not pay for all ports.
/// </summary>
public sealed class RouteTable
{
    private readonly Route?[]?[] _pages;

    private RouteTable(Route?[]?[] pages) => _pages = pages;

    /// <summary>The app that is configured for <paramref name="local"/>, or null.</summary>
    public AppModel? Find(TcpEndpoint local)
    {
        for (var route = _pages[local.Port >> 8]?[local.Port & 0xff]; route is not null; route = route.Next)
        {
            if (route.Endpoint is not { } bound || bound == local || (bound.IsAny && local.IsIPv4))
                return route.App;
        }

        return null;
    }

    /// <summary>Routes of one port: by address, most ports having just one that takes every address.</summary>
    /// <param name="Endpoint">What it is bound to, of the wildcards only 0.0.0.0; null for every address.</param>
    /// <param name="App">Where its connections go.</param>
    /// <param name="Next">Another one of the same port.</param>
    private sealed record Route(TcpEndpoint? Endpoint, AppModel App, Route? Next);

    internal sealed class Builder
    {
        private readonly Route?[]?[] _pages = new Route?[256][];
        private Route? _everyAddress;

        /// <param name="endpoint">What the app is bound to; a wildcard for every address, or every IPv4 address.</param>
        /// <param name="app">Where its connections go.</param>
        public void Add(TcpEndpoint endpoint, AppModel app)
        {
            var page = _pages[endpoint.Port >> 8] ??= new Route?[256];
            ref var routes = ref page[endpoint.Port & 0xff];
            if (endpoint != TcpEndpoint.EveryAddress(endpoint.Port))
                routes = new Route(endpoint, app, routes);
            else
                routes = routes is null ? EveryAddressOf(app) : new Route(null, app, routes);
        }

        // All ports of an app that has no Bind share one: 65,000 of them would be 4 MB.
        private Route EveryAddressOf(AppModel app) => _everyAddress?.App == app ? _everyAddress : _everyAddress = new Route(null, app, null);

        public RouteTable Build() => new(_pages);
    }
}
