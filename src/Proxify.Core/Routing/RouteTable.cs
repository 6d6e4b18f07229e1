using Proxify.Transport;

namespace Proxify.Routing;

/// <summary>
/// Local endpoint to where its connections go, in the same few steps whether four ports are configured or 65,535, and one address of a port or 10,000. Two
/// levels of 256, so that a small config does not pay for all ports.
/// </summary>
/// <typeparam name="T">What a route leads to.</typeparam>
internal sealed class RouteTable<T>
    where T : class
{
    /// <summary>Up to so many routes of one port are looked at in turn, which is faster than a dictionary.</summary>
    private const int MostInTurn = 8;

    private readonly Route?[]?[] _pages;
    private readonly Dictionary<TcpEndpoint, T> _crowded;

    /// <param name="pages">By the two bytes of the port.</param>
    /// <param name="crowded">All routes of those ports that have more than <see cref="MostInTurn"/>.</param>
    private RouteTable(Route?[]?[] pages, Dictionary<TcpEndpoint, T> crowded) => (_pages, _crowded) = (pages, crowded);

    /// <summary>What is configured for <paramref name="local"/>, or null.</summary>
    public T? Find(TcpEndpoint local)
    {
        var route = _pages[local.Port >> 8]?[local.Port & 0xff];
        if (route?.Count > MostInTurn)
            return FindInCrowd(local);
        for (; route is not null; route = route.Next)
        {
            if (route.Endpoint is not { } bound || bound == local || (bound.IsAny && local.IsIPv4))
                return route.To;
        }

        return null;
    }

    private T? FindInCrowd(TcpEndpoint local) =>
        _crowded.GetValueOrDefault(local)
        ?? (local.IsIPv4 ? _crowded.GetValueOrDefault(TcpEndpoint.EveryIPv4Address(local.Port)) : null)
        ?? _crowded.GetValueOrDefault(TcpEndpoint.EveryAddress(local.Port));

    /// <summary>Routes of one port: by address, most ports having just one that takes every address.</summary>
    /// <param name="Endpoint">What it is bound to, of the wildcards only 0.0.0.0; null for every address.</param>
    /// <param name="To">Where its connections go.</param>
    /// <param name="Next">Another one of the same port.</param>
    private sealed record Route(TcpEndpoint? Endpoint, T To, Route? Next)
    {
        /// <summary>This one and those that follow.</summary>
        public int Count { get; } = 1 + (Next?.Count ?? 0);
    }

    internal sealed class Builder
    {
        private readonly Route?[]?[] _pages = new Route?[256][];
        private Route? _everyAddress;

        /// <param name="endpoint">The listener's; a wildcard for every address, or every IPv4 address.</param>
        /// <param name="to">Where its connections go.</param>
        public void Add(TcpEndpoint endpoint, T to)
        {
            var page = _pages[endpoint.Port >> 8] ??= new Route?[256];
            ref var routes = ref page[endpoint.Port & 0xff];
            if (endpoint != TcpEndpoint.EveryAddress(endpoint.Port))
                routes = new Route(endpoint, to, routes);
            else
                routes = routes is null ? EveryAddressOf(to) : new Route(null, to, routes);
        }

        // All ports of an app that has no Bind share one: 65,000 of them would be 4 MB.
        private Route EveryAddressOf(T to) => _everyAddress?.To == to ? _everyAddress : _everyAddress = new Route(null, to, null);

        public RouteTable<T> Build()
        {
            var crowded = new Dictionary<TcpEndpoint, T>();
            for (var port = 0; port <= ushort.MaxValue; port++)
            {
                var first = _pages[port >> 8]?[port & 0xff];
                for (var route = first?.Count > MostInTurn ? first : null; route is not null; route = route.Next)
                    crowded.TryAdd(route.Endpoint ?? TcpEndpoint.EveryAddress(port), route.To);
            }

            return new RouteTable<T>(_pages, crowded);
        }
    }
}
