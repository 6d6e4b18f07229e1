using System.Net;

namespace Proxify.Configuration;

/// <summary>
/// Two rules about ports, checked in one sweep over all of them in ascending order: no local endpoint is listened on twice, and no target is one of the proxy's own.
/// The cost grows with the number of ranges and of their overlaps, not with the number of ports in them.
/// </summary>
internal sealed class PortConflicts
{
    private readonly List<Listener> _listeners = [];
    private readonly List<Dial> _dials = [];
    private readonly Dictionary<Listener, Listener> _taken = [];
    private readonly ErrorList _errors;

    private PortConflicts(ErrorList errors) => _errors = errors;

    public static void Check(ProxyConfig config, ErrorList errors)
    {
        if (config.Apps is null)
        {
            return;
        }

        var conflicts = new PortConflicts(errors);
        conflicts.Collect(config.Apps);
        conflicts.Sweep();
        conflicts.ReportTaken();
    }

    // Whatever breaks a rule of its own is left out: it has its error.
    private void Collect(IReadOnlyList<AppConfig> apps)
    {
        var bound = apps.SelectMany(app => app?.Bind ?? []).OfType<IPAddress>().Select(LocalAddresses.Plain).ToHashSet();
        for (var i = 0; i < apps.Count; i++)
        {
            if (apps[i] is not { } app)
            {
                continue;
            }

            var addresses = LocalAddresses.Of(app);
            for (var j = 0; j < app.Ports?.Count; j++)
            {
                if (app.Ports[j] is { First: >= PortNumber.Min, Last: <= PortNumber.Max } range && range.First <= range.Last)
                {
                    _listeners.Add(new Listener(_listeners.Count, range, addresses, i, j));
                }
            }

            for (var j = 0; j < app.Targets?.Count; j++)
            {
                if (app.Targets[j] is { Host: not null } target && HostSyntax.TryParseAddress(target.Host, out var address) && OnThisMachine(address, bound) is { } local)
                {
                    _dials.Add(new Dial(target, local, i, j));
                }
            }
        }

        _listeners.Sort((a, b) => a.Ports.First != b.Ports.First ? a.Ports.First - b.Ports.First : a.Order - b.Order);
        _dials.Sort((a, b) => a.Target.Port.CompareTo(b.Target.Port));
    }

    /// <summary>The address as a connection to it sees it, if it certainly is one of this machine's; connecting to a wildcard means loopback.</summary>
    private static IPAddress? OnThisMachine(IPAddress address, HashSet<IPAddress> bound)
    {
        var plain = LocalAddresses.Plain(address);
        var local = plain.Equals(IPAddress.Any) ? IPAddress.Loopback : plain.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : plain;
        return IPAddress.IsLoopback(local) || bound.Contains(local) ? local : null;
    }

    private void Sweep()
    {
        var open = new List<Listener>();
        var nextDial = 0;
        foreach (var listener in _listeners)
        {
            DialUpTo(listener.Ports.First - 1);
            open.RemoveAll(other => other.Ports.Last < listener.Ports.First);
            foreach (var other in open)
            {
                if (listener.Collides(other))
                {
                    Note(listener, other);
                }
            }

            if (_taken.Count > ErrorList.Limit)
            {
                return;
            }

            open.Add(listener);
        }

        DialUpTo(PortNumber.Max);

        void DialUpTo(int port)
        {
            for (; nextDial < _dials.Count && _dials[nextDial].Target.Port <= port; nextDial++)
            {
                Connect(_dials[nextDial], open);
            }
        }
    }

    /// <summary>Of two that collide, the later in the config is in error; of several before it, the first is named.</summary>
    private void Note(Listener a, Listener b)
    {
        var (first, second) = a.Order < b.Order ? (a, b) : (b, a);
        if (!_taken.TryGetValue(second, out var known) || first.Order < known.Order)
        {
            _taken[second] = first;
        }
    }

    private void Connect(Dial dial, List<Listener> open)
    {
        var port = dial.Target.Port;
        var own = open.Find(listener => listener.Ports.First <= port && port <= listener.Ports.Last && listener.Addresses?.Receive(dial.Address) == true);
        if (own is not null)
        {
            _errors.Add(dial.Path, $"{dial.Target.Address} would connect back to proxify itself ({own.Path})");
        }
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

    private sealed record Listener(int Order, PortRange Ports, LocalAddresses? Addresses, int App, int Index)
    {
        public string Path => $"Apps[{App}].Ports[{Index}]";

        /// <summary>On a port that both have.</summary>
        public bool Collides(Listener other) =>
            other.App == App || (Addresses is not null && other.Addresses is not null && Addresses.Overlap(other.Addresses));
    }

    private sealed record Dial(TargetConfig Target, IPAddress Address, int App, int Index)
    {
        public string Path => $"Apps[{App}].Targets[{Index}]";
    }
}
