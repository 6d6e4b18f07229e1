using System.Net;

namespace Proxify.Configuration;

/// <summary>
/// Two rules about ports: no local endpoint is listened on twice, and no target is one of the proxy's own. Each listener is looked for where another one could
/// meet it: on its own addresses and on the wildcards. So the cost grows with the number of ranges and addresses, not with the number of ports in them, nor
/// with the number of apps that share a port on different addresses.
/// </summary>
internal sealed class PortConflicts
{
    private readonly List<Listener> _listeners = [];
    private readonly Dictionary<Place, PortIntervals> _intervals = [];
    private readonly Dictionary<Listener, Listener> _taken = [];
    private readonly ErrorList _errors;

    private PortConflicts(ErrorList errors) => _errors = errors;

    public static void Check(ProxyConfig config, ErrorList errors)
    {
        if (config.Apps is null)
            return;

        var conflicts = new PortConflicts(errors);
        conflicts.Collect(config.Apps);
        conflicts.FindTaken();
        conflicts.CheckTargets(config.Apps);
        conflicts.ReportTaken();
    }

    // Whatever breaks a rule of its own is left out: it has its error.
    private void Collect(IReadOnlyList<AppConfig> apps)
    {
        for (var i = 0; i < apps.Count; i++)
        {
            if (apps[i] is not { Ports: not null } app)
                continue;

            var places = Places(app, i);
            for (var j = 0; j < app.Ports.Count; j++)
            {
                if (app.Ports[j] is { First: >= PortNumber.Min, Last: <= PortNumber.Max } range && range.First <= range.Last)
                    _listeners.Add(new Listener(_listeners.Count, range, places, i, j));
            }
        }

        foreach (var listener in _listeners)
        {
            foreach (var place in listener.Places)
            {
                if (!_intervals.TryGetValue(place, out var intervals))
                    _intervals.Add(place, intervals = new PortIntervals());

                intervals.Add(listener.Ports, listener.Order);
            }
        }

        foreach (var intervals in _intervals.Values)
            intervals.Sort();
    }

    /// <summary>An app's Bind that is itself in error is somewhere else than every other app, but not than itself.</summary>
    private static Place[] Places(AppConfig app, int index) =>
        app.Bind is null || app.Bind.Contains(null!) ? [new Place(null, index)]
        : app.Bind.Count == 0 ? [Place.Everywhere]
        : [.. app.Bind.Select(address => new Place(LocalAddresses.Plain(address), 0)).Distinct()];

    private void FindTaken()
    {
        foreach (var listener in _listeners)
        {
            foreach (var place in listener.Places.SelectMany(place => place.WithWildcards))
            {
                if (!_intervals.TryGetValue(place, out var intervals))
                    continue;

                foreach (var other in intervals.Overlapping(listener.Ports))
                {
                    Note(listener, _listeners[other]);
                    if (_taken.Count > ErrorList.Limit)
                        return;
                }
            }
        }
    }

    /// <summary>Of two that collide, the later in the config is in error; of several before it, the first is named.</summary>
    private void Note(Listener a, Listener b)
    {
        if (a == b)
            return;

        var (first, second) = a.Order < b.Order ? (a, b) : (b, a);
        if (!_taken.TryGetValue(second, out var known) || first.Order < known.Order)
            _taken[second] = first;
    }

    private void CheckTargets(IReadOnlyList<AppConfig> apps)
    {
        var bound = _intervals.Keys.Select(place => place.Address).ToHashSet();
        for (var i = 0; i < apps.Count && !_errors.IsFull; i++)
        {
            for (var j = 0; j < apps[i]?.Targets?.Count; j++)
            {
                if (apps[i].Targets[j] is { Host: not null } target && HostSyntax.TryParseAddress(target.Host, out var address)
                    && OnThisMachine(address, bound) is { } local
                    && FindOwn(new Place(local, 0), target, apps[i]) is { } own)
                {
                    _errors.Add($"Apps[{i}].Targets[{j}]", $"{target.Address} would connect back to proxify itself ({own.Path})");
                }
            }
        }
    }

    private Listener? FindOwn(Place there, TargetConfig target, AppConfig app)
    {
        if (target.PortOffset is not null && app.Ports is null)
            return null;

        foreach (var ports in target.PortsFrom(app))
        {
            foreach (var place in there.WithWildcards)
            {
                foreach (var own in _intervals.TryGetValue(place, out var intervals) ? intervals.Overlapping(ports) : [])
                    return _listeners[own];
            }
        }

        return null;
    }

    /// <summary>The address as a connection to it sees it, if it certainly is one of this machine's; connecting to a wildcard means loopback.</summary>
    private static IPAddress? OnThisMachine(IPAddress address, HashSet<IPAddress?> bound)
    {
        var plain = LocalAddresses.Plain(address);
        var local = plain.Equals(IPAddress.Any) ? IPAddress.Loopback : plain.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : plain;
        return IPAddress.IsLoopback(local) || bound.Contains(local) ? local : null;
    }

    private void ReportTaken()
    {
        foreach (var (second, first) in _taken.OrderBy(pair => pair.Key.Order))
        {
            var shared = new PortRange(Math.Max(first.Ports.First, second.Ports.First), Math.Min(first.Ports.Last, second.Ports.Last));
            var subject = shared.First == shared.Last ? $"port {shared} is" : $"ports {shared} are";
            _errors.Add(second.Path, $"{subject} already used by {first.Path}");
        }
    }

    private sealed class Listener(int order, PortRange ports, Place[] places, int app, int index)
    {
        public int Order => order;

        public PortRange Ports => ports;

        public Place[] Places => places;

        public string Path => $"Apps[{app}].Ports[{index}]";
    }

    /// <summary>Where something listens: at an address; or, where an app does not say it properly, at none (null) and for that app alone.</summary>
    private readonly record struct Place(IPAddress? Address, int App)
    {
        public static Place Everywhere { get; } = new(IPAddress.IPv6Any, 0);

        /// <summary>Itself and those that include it.</summary>
        public IEnumerable<Place> WithWildcards => Address is { } address
            ? [this, .. LocalAddresses.Wildcards.Where(wildcard => LocalAddresses.Includes(wildcard, address)).Select(wildcard => new Place(wildcard, 0))]
            : [this];
    }
}
