using System.Collections.Immutable;
using Proxify.Configuration;

namespace Proxify.Runtime;

/// <summary>
/// Changes made at run time, which lie on top of the config and survive its reloads. Each ends when the config's own value changes or what it changes leaves
/// the config; all end with the process.
/// </summary>
internal sealed class Overrides
{
    private readonly ImmutableDictionary<(string App, string Target), Weight> _weights;

    private Overrides(ImmutableDictionary<(string, string), Weight> weights) => _weights = weights;

    public static Overrides None { get; } = new(ImmutableDictionary<(string, string), Weight>.Empty);

    /// <summary>How many there are.</summary>
    public int Count => _weights.Count;

    /// <summary>The weight in force instead of the config's; null: the config's own is.</summary>
    /// <param name="app">The app's name.</param>
    /// <param name="target">The target's <see cref="TargetConfig.Address"/>.</param>
    public int? WeightOf(string app, string target) => _weights.TryGetValue((app, target), out var weight) ? weight.Value : null;

    /// <summary>These, and another weight of a target.</summary>
    /// <param name="app">The app's name.</param>
    /// <param name="target">As the config has it.</param>
    /// <param name="weight">0-256; 0 drains the target. Null: the config's own holds again.</param>
    public Overrides WithWeight(string app, TargetConfig target, int? weight) => new(weight is { } value
        ? _weights.SetItem((app, target.Address), new Weight(value, target.Weight)) : _weights.Remove((app, target.Address)));

    /// <summary>Those that another config does not end.</summary>
    public Overrides On(ProxyConfig config)
    {
        if (Count == 0)
            return this;
        var configured = config.Apps.SelectMany(app => app.Targets.Select(target => (Key: (app.Name, target.Address), target.Weight))).ToHashSet();
        return new(_weights.Where(w => configured.Contains((w.Key, w.Value.Configured))).ToImmutableDictionary());
    }

    /// <summary>The config with these on top.</summary>
    public ProxyConfig ApplyTo(ProxyConfig config) => Count == 0 ? config : config with
    {
        Apps = [.. config.Apps.Select(app => app with
        {
            Targets = [.. app.Targets.Select(target => WeightOf(app.Name, target.Address) is { } weight ? target with { Weight = weight } : target)],
        })],
    };

    /// <param name="Value">In force.</param>
    /// <param name="Configured">The config's own when the change was made.</param>
    private readonly record struct Weight(int Value, int Configured);
}
