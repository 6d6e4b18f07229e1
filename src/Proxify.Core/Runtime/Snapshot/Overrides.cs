using System.Collections.Immutable;
using Proxify.Configuration;

namespace Proxify.Runtime;

/// <summary>
/// Changes made at run time, which lie on top of the config and survive its reloads. Each ends when the config itself says something else of what it changes,
/// or no longer has it; all end with the process, unless they are kept.
/// </summary>
internal sealed record Overrides
{
    private Overrides()
    {
    }

    public static Overrides None { get; } = new();

    /// <summary>Other weights of targets that the config has.</summary>
    public ImmutableDictionary<(string App, string Target), WeightOverride> Weights { get; init; } =
        ImmutableDictionary<(string App, string Target), WeightOverride>.Empty;

    /// <summary>Targets that the config does not have; null: one that it has is taken away.</summary>
    public ImmutableDictionary<(string App, string Target), TargetConfig?> Targets { get; init; } =
        ImmutableDictionary<(string App, string Target), TargetConfig?>.Empty;

    /// <summary>Ports that apps have besides the config's.</summary>
    public ImmutableHashSet<(string App, int Port)> Ports { get; init; } = [];

    /// <summary>Apps that take no connections.</summary>
    public ImmutableHashSet<string> Paused { get; init; } = [];

    /// <summary>How many there are.</summary>
    public int Count => Weights.Count + Targets.Count + Ports.Count + Paused.Count;

    /// <summary>These, and another weight of a target.</summary>
    /// <param name="app">The app's name.</param>
    /// <param name="target">As the config, or an override of the app's targets, has it.</param>
    /// <param name="weight">0-256; 0 drains the target. Null: its own holds again.</param>
    public Overrides WithWeight(string app, TargetConfig target, int? weight) => this with
    {
        Weights = weight is { } value
            ? Weights.SetItem((app, target.Address), new WeightOverride(value, target.Weight)) : Weights.Remove((app, target.Address)),
    };

    /// <summary>These, and one more target of an app, which the config does not have.</summary>
    public Overrides WithTarget(string app, TargetConfig target) => this with { Targets = Targets.SetItem((app, target.Address), target) };

    /// <summary>These, without a target of an app: neither the config's nor one that was added.</summary>
    public Overrides WithoutTarget(string app, string target) => this with
    {
        Targets = Targets.GetValueOrDefault((app, target)) is not null ? Targets.Remove((app, target)) : Targets.SetItem((app, target), null),
        Weights = Weights.Remove((app, target)),
    };

    /// <summary>These, but for what they say of whether an app has a target.</summary>
    public Overrides WithConfiguredTarget(string app, string target) => this with { Targets = Targets.Remove((app, target)) };

    /// <summary>These, and one more port of an app.</summary>
    public Overrides WithPort(string app, int port) => this with { Ports = Ports.Add((app, port)) };

    /// <summary>These, but for a port of an app.</summary>
    public Overrides WithoutPort(string app, int port) => this with { Ports = Ports.Remove((app, port)) };

    /// <summary>These, and whether an app takes connections.</summary>
    public Overrides WithPause(string app, bool isPaused) => this with { Paused = isPaused ? Paused.Add(app) : Paused.Remove(app) };

    /// <summary>Those that another config does not end.</summary>
    public Overrides On(ProxyConfig config)
    {
        if (Count == 0)
            return this;
        var apps = config.Apps.ToDictionary(app => app.Name, StringComparer.Ordinal);
        var targets = config.Apps.SelectMany(app => app.Targets.Select(target => ((app.Name, target.Address), target.Weight))).ToDictionary();
        var rest = Targets.Where(t => apps.ContainsKey(t.Key.App) && targets.ContainsKey(t.Key) == t.Value is null).ToImmutableDictionary();
        return new Overrides
        {
            Targets = rest,
            Weights = Weights.Where(w => Configured(w.Key) == w.Value.Configured).ToImmutableDictionary(),
            Ports = [.. Ports.Where(p => apps.TryGetValue(p.App, out var app) && !app.Ports.Any(r => r.First <= p.Port && p.Port <= r.Last))],
            Paused = [.. Paused.Where(apps.ContainsKey)],
        };

        int? Configured((string, string) key) =>
            rest.TryGetValue(key, out var added) ? added?.Weight : targets.TryGetValue(key, out var weight) ? weight : null;
    }

    /// <summary>
    /// Those that another config does not end and has no errors with. Of two ports that exclude each other, that of the app whose name comes first stays.
    /// </summary>
    /// <param name="config">Has no errors by itself.</param>
    /// <param name="validate">Finds the errors of a config. More of a kind never make for fewer.</param>
    /// <param name="dropped">Takes those that are left out for their errors, each with the first of these.</param>
    public Overrides On(ProxyConfig config, Func<ProxyConfig, IReadOnlyList<ConfigError>> validate, ICollection<DroppedOverride> dropped)
    {
        var those = On(config);
        // Targets that are there before those that are not: an app always has one.
        var targets = those.Targets.OrderBy(t => t.Value is null).ThenBy(t => t.Key.App, StringComparer.Ordinal)
            .ThenBy(t => t.Key.Target, StringComparer.Ordinal)
            .Select(t => new Part(t.Key.App, $"target {t.Key.Target}", o => o with { Targets = o.Targets.SetItem(t.Key, t.Value) }));
        var ports = those.Ports.OrderBy(p => p.App, StringComparer.Ordinal).ThenBy(p => p.Port)
            .Select(p => new Part(p.App, $"port {p.Port}", o => o.WithPort(p.App, p.Port)));
        return Add(those with { Targets = None.Targets, Ports = [] }, [.. targets, .. ports]).On(config);

        // By halves: few validations for however many, of which few or none are in error.
        Overrides Add(Overrides kept, ReadOnlySpan<Part> more)
        {
            if (more.IsEmpty)
                return kept;
            var all = kept;
            foreach (var part in more)
                all = part.AddTo(all);
            var errors = validate(all.ToBeValidated(config));
            if (errors.Count == 0)
                return all;
            if (more.Length > 1)
                return Add(Add(kept, more[..(more.Length / 2)]), more[(more.Length / 2)..]);
            dropped.Add(new DroppedOverride(more[0].App, more[0].What, errors[0]));
            return kept;
        }
    }

    /// <summary>The config with its marks, and these on top: who sets a weight here means it more than who has said something for all proxies.</summary>
    public ProxyConfig ApplyTo(ProxyConfig config)
    {
        if (Count == 0 && config.Marks.IsEmpty)
            return config;
        var ports = Ports.ToLookup(p => p.App, p => new PortRange(p.Port, p.Port), StringComparer.Ordinal);
        var added = Targets.Where(t => t.Value is not null).OrderBy(t => t.Key.Target, StringComparer.Ordinal)
            .ToLookup(t => t.Key.App, t => t.Value!, StringComparer.Ordinal);
        return config with { Apps = [.. config.Apps.Select(app => ApplyTo(app, config.Marks, ports[app.Name], added[app.Name]))] };
    }

    /// <summary>What has to have no errors: the config with these on top, as if no app were paused, whose ports may be wanted again at any time.</summary>
    public ProxyConfig ToBeValidated(ProxyConfig config) =>
        (this with { Paused = [], Weights = None.Weights }).ApplyTo(config with { Marks = ImmutableDictionary<(string App, string Target), TargetMark>.Empty });

    private AppConfig ApplyTo(AppConfig app, ImmutableDictionary<(string App, string Target), TargetMark> marks, IEnumerable<PortRange> ports,
        IEnumerable<TargetConfig> added) => app with
        {
            Ports = Paused.Contains(app.Name) ? [] : [.. app.Ports, .. ports],
            Targets =
        [
            .. app.Targets.Where(t => !Targets.ContainsKey((app.Name, t.Address))).Concat(added)
                .Select(t => Weights.TryGetValue((app.Name, t.Address), out var weight) ? t with { Weight = weight.Value }
                    : marks.ContainsKey((app.Name, t.Address)) ? t with { Weight = 0 } : t),
        ],
        };

    private readonly record struct Part(string App, string What, Func<Overrides, Overrides> AddTo);
}
