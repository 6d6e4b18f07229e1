namespace Proxify.Configuration;

/// <summary>Apps that share a port agree on all that the proxy does before it knows for which of them a client has come.</summary>
internal static class PortAgreement
{
    public static void Check(IReadOnlyList<PortListener> listeners, ErrorList errors)
    {
        Check(listeners, app => app.StartTls, AppOptions.StartTls.Name, errors);
        Check(listeners, app => Text(app.ProxyProtocol), AppOptions.ProxyProtocol.Name, errors);
    }

    /// <summary>The same for what says the same.</summary>
    private static string Text(ProxyProtocolConfig? config) =>
        config is null ? "" : $"{config.Required} {string.Join(' ', config.From?.Select(network => network.ToString()).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())}";

    private static void Check<T>(IReadOnlyList<PortListener> listeners, Func<AppConfig, T> setting, string name, ErrorList errors)
        where T : notnull
    {
        var values = listeners.Select(listener => setting(listener.Config)).ToHashSet();
        if (values.Count < 2)
            return;

        var intervals = new Dictionary<(ListenPlace, T), PortIntervals>();
        foreach (var listener in listeners)
        {
            foreach (var place in listener.Places)
            {
                var key = (place, setting(listener.Config));
                (intervals.TryGetValue(key, out var known) ? known : intervals[key] = new PortIntervals()).Add(listener.Ports, listener.Order);
            }
        }

        foreach (var sorted in intervals.Values)
            sorted.Sort();

        var told = new HashSet<AppConfig>(ReferenceEqualityComparer.Instance);
        foreach (var listener in listeners)
        {
            var others = from place in listener.Places
                         from value in values.Where(value => !value.Equals(setting(listener.Config)))
                         where intervals.ContainsKey((place, value))
                         from order in intervals[(place, value)].Overlapping(listener.Ports)
                         where order < listener.Order
                         select listeners[order];
            if (others.FirstOrDefault() is { } other && told.Add(listener.Config))
            {
                errors.Add($"{listener.AppPath}.{name}",
                    $"is another than that of app {Quoted.Text(other.Config.Name ?? "")} ({other.AppPath}), with which the app shares {listener.SharedWith(other)}");
            }
        }
    }
}
