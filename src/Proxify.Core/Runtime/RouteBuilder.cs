using Proxify.Configuration;
using Proxify.Routing;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>Makes the routes of a model. What has the same apps has the same route: 65,000 ports are no more than one.</summary>
internal sealed class RouteBuilder
{
    /// <summary>Endpoints that may be shared, since an app that goes by names has them.</summary>
    private readonly Dictionary<TcpEndpoint, Sharers> _shared = [];
    private readonly Dictionary<(Sharers?, AppModel), Sharers> _sharers = [];
    private readonly RouteTable<PortModel>.Builder _routes = new();

    public static RouteTable<PortModel> Build(IEnumerable<(AppConfig Config, AppModel Model)> apps)
    {
        var builder = new RouteBuilder();
        var (named, nameless) = (apps.Where(app => app.Model.GoesByName).ToList(), apps.Where(app => !app.Model.GoesByName));
        foreach (var (config, app) in named)
        {
            foreach (var endpoint in Endpoints(config))
                builder.Share(endpoint, app);
        }

        foreach (var (config, app) in nameless)
            builder.AddNameless(config, app);
        foreach (var (endpoint, sharers) in builder._shared)
            builder._routes.Add(endpoint, sharers.Route);
        return builder._routes.Build();
    }

    /// <summary>Two of them never have one endpoint.</summary>
    private void AddNameless(AppConfig config, AppModel app)
    {
        var alone = new PortModel([app]);
        foreach (var endpoint in Endpoints(config))
        {
            if (_shared.ContainsKey(endpoint))
                Share(endpoint, app);
            else
                _routes.Add(endpoint, alone);
        }
    }

    private void Share(TcpEndpoint endpoint, AppModel app)
    {
        var before = _shared.GetValueOrDefault(endpoint);
        if (!_sharers.TryGetValue((before, app), out var sharers))
            _sharers.Add((before, app), sharers = new Sharers(before, app));
        _shared[endpoint] = sharers;
    }

    private static IEnumerable<TcpEndpoint> Endpoints(AppConfig app) =>
        from range in app.Ports
        from port in Enumerable.Range(range.First, range.Last - range.First + 1)
        from endpoint in app.Bind.Count == 0 ? [TcpEndpoint.EveryAddress(port)] : app.Bind.Select(address => new TcpEndpoint(address, port))
        select endpoint;

    /// <summary>Some apps, each of which was added to those before it.</summary>
    private sealed class Sharers(Sharers? before, AppModel app)
    {
        private Sharers? Before => before;

        private AppModel App => app;

        /// <summary>Made once for all endpoints that have these, and not for those that have had one more added.</summary>
        public PortModel Route => field ??= new PortModel([.. Apps()]);

        private IEnumerable<AppModel> Apps()
        {
            for (var one = this; one is not null; one = one.Before)
                yield return one.App;
        }
    }
}
