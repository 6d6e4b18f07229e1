using System.Collections.Immutable;
using Proxify.Configuration;

namespace Proxify.Runtime;

/// <summary>
/// Changes made at run time, which lie on top of the config and survive its reloads. Each ends when the config itself says something else of what it changes,
/// or no longer has it; all end with the process.
/// </summary>
internal sealed class Overrides
{
    private readonly ImmutableDictionary<(string App, string Target), Weight> _weights;
    private readonly ImmutableHashSet<(string App, int Port)> _ports;

    private Overrides(ImmutableDictionary<(string, string), Weight> weights, ImmutableHashSet<(string, int)> ports) => (_weights, _ports) = (weights, ports);

    public static Overrides None { get; } = new(ImmutableDictionary<(string, string), Weight>.Empty, ImmutableHashSet<(string, int)>.Empty);

    /// <summary>How many there are.</summary>
    public int Count => _weights.Count + _ports.Count;

    /// <summary>Whether the app has the port by these.</summary>
    public bool HasPort(string app, int port) => _ports.Contains((app, port));

    /// <summary>These, and another weight of a target.</summary>
    /// <param name="app">The app's name.</param>
    /// <param name="target">As the config has it.</param>
    /// <param name="weight">0-256; 0 drains the target. Null: the config's own holds again.</param>
    public Overrides WithWeight(string app, TargetConfig target, int? weight) => new(
        weight is { } value ? _weights.SetItem((app, target.Address), new Weight(value, target.Weight)) : _weights.Remove((app, target.Address)), _ports);

    /// <summary>These, but with the config's own weights.</summary>
    public Overrides WithoutWeights() => new(None._weights, _ports);

    /// <summary>These, and one more port of an app.</summary>
    public Overrides WithPort(string app, int port) => new(_weights, _ports.Add((app, port)));

    /// <summary>These, but for a port of an app.</summary>
    public Overrides WithoutPort(string app, int port) => new(_weights, _ports.Remove((app, port)));

    /// <summary>Those that another config does not end.</summary>
    public Overrides On(ProxyConfig config)
    {
        if (Count == 0)
            return this;
        var weights = config.Apps.SelectMany(app => app.Targets.Select(target => (Key: (app.Name, target.Address), target.Weight))).ToHashSet();
        var ports = config.Apps.ToDictionary(app => app.Name, app => app.Ports, StringComparer.Ordinal);
        return new(
            _weights.Where(w => weights.Contains((w.Key, w.Value.Configured))).ToImmutableDictionary(),
            _ports.Where(p => ports.TryGetValue(p.App, out var own) && !own.Any(r => r.First <= p.Port && p.Port <= r.Last)).ToImmutableHashSet());
    }

    /// <summary>
    /// Those that another config does not end and has no errors with. Of two ports that exclude each other, that of the app whose name comes first stays.
    /// </summary>
    /// <param name="config">Has no errors by itself.</param>
    /// <param name="validate">Finds the errors of a config. More ports never make for fewer.</param>
    /// <param name="dropped">Takes the ports that are left out for their errors, each with the first of these.</param>
    public Overrides On(
        ProxyConfig config, Func<ProxyConfig, IReadOnlyList<ConfigError>> validate, ICollection<(string App, int Port, ConfigError Error)> dropped)
    {
        var those = On(config);
        var ports = those._ports.OrderBy(p => p.App, StringComparer.Ordinal).ThenBy(p => p.Port).ToArray();
        return Add(new Overrides(those._weights, None._ports), ports);

        // By halves: few validations for however many ports, of which few or none are in error.
        Overrides Add(Overrides kept, ReadOnlySpan<(string App, int Port)> more)
        {
            if (more.IsEmpty)
                return kept;
            var all = new Overrides(kept._weights, kept._ports.Union(more.ToArray()));
            var errors = validate(all.WithoutWeights().ApplyTo(config));
            if (errors.Count == 0)
                return all;
            if (more.Length > 1)
                return Add(Add(kept, more[..(more.Length / 2)]), more[(more.Length / 2)..]);
            dropped.Add((more[0].App, more[0].Port, errors[0]));
            return kept;
        }
    }

    /// <summary>The config with these on top.</summary>
    public ProxyConfig ApplyTo(ProxyConfig config)
    {
        if (Count == 0)
            return config;
        var ports = _ports.ToLookup(p => p.App, p => new PortRange(p.Port, p.Port), StringComparer.Ordinal);
        return config with { Apps = [.. config.Apps.Select(app => ApplyTo(app, ports[app.Name]))] };
    }

    private AppConfig ApplyTo(AppConfig app, IEnumerable<PortRange> ports) => app with
    {
        Ports = [.. app.Ports, .. ports],
        Targets = [.. app.Targets.Select(t => _weights.TryGetValue((app.Name, t.Address), out var weight) ? t with { Weight = weight.Value } : t)],
    };

    /// <param name="Value">In force.</param>
    /// <param name="Configured">The config's own when the change was made.</param>
    private readonly record struct Weight(int Value, int Configured);
}
