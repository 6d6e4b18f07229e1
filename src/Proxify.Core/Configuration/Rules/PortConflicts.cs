using System.Net;

namespace Proxify.Configuration;

/// <summary>
/// Two rules about ports: no clients of a local endpoint are for two apps, and no target is one of the proxy's own. Each listener is looked for where another
/// one could meet it: for each of its claims on its own addresses, and for any on the wildcards. So the cost grows with the number of ranges, addresses and
/// names, not with the number of ports in them, nor with the number of apps that share a port.
/// </summary>
internal sealed class PortConflicts
{
    private readonly List<PortListener> _listeners = [];
    private readonly Dictionary<ListenPlace, PortIntervals> _intervals = [];
    private readonly Dictionary<(ListenPlace, PortClaim), PortIntervals> _claims = [];
    private readonly Dictionary<PortListener, (PortListener First, PortClaim? Claim)> _taken = [];
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
        PortAgreement.Check(conflicts._listeners, errors);
    }

    // Whatever breaks a rule of its own is left out: it has its error.
    private void Collect(IReadOnlyList<AppConfig> apps)
    {
        for (var i = 0; i < apps.Count; i++)
        {
            if (apps[i] is not { Ports: not null } app)
                continue;

            var places = ListenPlace.Of(app, i);
            for (var j = 0; j < app.Ports.Count; j++)
            {
                if (app.Ports[j] is { First: >= PortNumber.Min, Last: <= PortNumber.Max } range && range.First <= range.Last)
                    _listeners.Add(new PortListener(_listeners.Count, range, places, app, i, j));
            }
        }

        foreach (var listener in _listeners)
        {
            foreach (var place in listener.Places)
            {
                Add(_intervals, place, listener);
                foreach (var claim in PortClaim.Of(listener.Config))
                    Add(_claims, (place, claim), listener);
            }
        }

        foreach (var intervals in _intervals.Values.Concat(_claims.Values))
            intervals.Sort();

        static void Add<TKey>(Dictionary<TKey, PortIntervals> intervals, TKey key, PortListener listener)
            where TKey : notnull
        {
            if (!intervals.TryGetValue(key, out var known))
                intervals.Add(key, known = new PortIntervals());

            known.Add(listener.Ports, listener.Order);
        }
    }

    private void FindTaken()
    {
        foreach (var listener in _listeners)
        {
            foreach (var place in listener.Places)
            {
                foreach (var wildcard in place.Wildcards)
                    Note(listener, null, _intervals.GetValueOrDefault(wildcard));
                foreach (var claim in PortClaim.Of(listener.Config))
                    Note(listener, claim, _claims[(place, claim)]);
            }

            if (_taken.Count > ErrorList.Limit)
                return;
        }
    }

    private void Note(PortListener listener, PortClaim? claim, PortIntervals? intervals)
    {
        foreach (var other in intervals?.Overlapping(listener.Ports) ?? [])
        {
            if (other != listener.Order)
                Note(listener, _listeners[other], claim);
            if (_taken.Count > ErrorList.Limit)
                return;
        }
    }

    /// <summary>Of two that collide, the later in the config is in error; of several before it, the first is named.</summary>
    private void Note(PortListener a, PortListener b, PortClaim? claim)
    {
        var (first, second) = a.Order < b.Order ? (a, b) : (b, a);
        if (!_taken.TryGetValue(second, out var known) || first.Order < known.First.Order)
            _taken[second] = (first, claim);
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
                    && FindOwn(new ListenPlace(local, 0), target, apps[i]) is { } own)
                {
                    _errors.Add($"Apps[{i}].Targets[{j}]", $"{target.Address} would connect back to proxify itself ({own.Path})");
                }
            }
        }
    }

    private PortListener? FindOwn(ListenPlace there, TargetConfig target, AppConfig app)
    {
        if (target.PortOffset is not null && app.Ports is null)
            return null;

        foreach (var ports in target.PortsFrom(app))
        {
            foreach (var place in there.Wildcards.Prepend(there))
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
        foreach (var (second, (first, claim)) in _taken.OrderBy(pair => pair.Key.Order))
        {
            var shared = second.SharedWith(first);
            if (ReferenceEquals(first.Config, second.Config) || claim is { Name: null, Protocol: null, IsPlain: false })
                _errors.Add(second.Path, AlreadyUsed());
            else if (claim is { } both)
                _errors.Add($"{second.AppPath}.{both.PathIn(second.Config)}", $"app {Quoted.Text(first.Config.Name ?? "")} takes {both} on {shared} already ({first.AppPath}.{both.PathIn(first.Config)})");
            else if (GoesByName(first.Config) || GoesByName(second.Config))
                _errors.Add(second.Path, $"{AlreadyUsed()} at addresses that include these or are among them; apps share a port at the very same addresses");
            else
                _errors.Add(second.Path, AlreadyUsed());

            string AlreadyUsed() => $"{shared} {(shared.StartsWith("ports", StringComparison.Ordinal) ? "are" : "is")} already used by {first.Path}";
        }

        static bool GoesByName(AppConfig app) => app.ServerNames is { Count: > 0 } || app.ApplicationProtocols is { Count: > 0 };
    }
}
