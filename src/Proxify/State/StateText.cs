using System.Collections.Immutable;
using System.Text.Json;
using Proxify.Configuration;
using Proxify.Runtime;

namespace Proxify.Program.State;

/// <summary>Changes made at run time as text, in an order that does not depend on how they came about.</summary>
internal static class StateText
{
    public static byte[] Write(Overrides overrides) => JsonSerializer.SerializeToUtf8Bytes(
        new StateDocument
        {
            Version = StateDocument.CurrentVersion,
            Weights = Sorted(
                overrides.Weights.Select(w => new StateWeight(w.Key.App, w.Key.Target, w.Value.Value, w.Value.Configured)), w => (w.App, w.Target)),
            TargetsAdded = Sorted(
                from target in overrides.Targets
                where target.Value is not null
                select new StateTarget(target.Key.App, target.Key.Target, target.Value.Weight, target.Value.Backup),
                t => (t.App, t.Target)),
            TargetsRemoved = Sorted(
                overrides.Targets.Where(t => t.Value is null).Select(t => new StateKey(t.Key.App, t.Key.Target)), t => (t.App, t.Target)),
            Ports = Sorted(overrides.Ports.Select(p => new StatePort(p.App, p.Port)), p => (p.App, $"{p.Port:D5}")),
            Paused = [.. overrides.Paused.Order(StringComparer.Ordinal)],
        },
        StateJson.Default.StateDocument);

    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="FormatException">It says what no change does, or was written by another version.</exception>
    public static Overrides Read(ReadOnlySpan<byte> utf8)
    {
        // First alone: of another version nothing else is known.
        var version = JsonSerializer.Deserialize(utf8, StateJson.Default.JsonElement) is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("version", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;
        if (version != StateDocument.CurrentVersion)
            throw new FormatException($"expected \"version\": {StateDocument.CurrentVersion}, found {(version == 0 ? "none" : version)}");
        var document = JsonSerializer.Deserialize(utf8, StateJson.Default.StateDocument)!;
        var added = Each(document.TargetsAdded)
            .Select(t => (t.App, Target: (TargetConfig)t.Target with { Weight = Weight(t.Target, t.Weight), Backup = t.Backup }))
            .Select(t => (Key: (t.App, t.Target.Address), Target: (TargetConfig?)t.Target));
        return Overrides.None with
        {
            Weights = Keyed(Each(document.Weights).Select(w => ((w.App, w.Target), new WeightOverride(Weight(w.Target, w.Weight), w.Configured)))),
            Targets = Keyed(added.Concat(Each(document.TargetsRemoved).Select(t => ((t.App, t.Target), (TargetConfig?)null)))),
            Ports = [.. Each(document.Ports).Select(p => (p.App, Port(p.App, p.Port)))],
            Paused = [.. Each(document.Paused)],
        };
    }

    private static IEnumerable<T> Each<T>(IEnumerable<T?> all)
        where T : class => all.Select(one => one ?? throw new FormatException("null is no change"));

    private static ImmutableDictionary<(string App, string Target), T> Keyed<T>(IEnumerable<((string App, string Target) Key, T Value)> all)
    {
        var keyed = ImmutableDictionary.CreateBuilder<(string App, string Target), T>();
        foreach (var (key, value) in all)
        {
            if (!keyed.TryAdd(key, value))
                throw new FormatException($"{key.Target} of app {key.App} is in it twice");
        }

        return keyed.ToImmutable();
    }

    private static int Weight(string target, int weight) => weight is >= 0 and <= TargetOptions.MostWeight ? weight
        : throw new FormatException($"{target} has a weight of {weight}; expected 0-{TargetOptions.MostWeight}");

    private static int Port(string app, int port) => PortNumber.IsValid(port) ? port
        : throw new FormatException($"{app} has port {port}; expected {PortNumber.Min}-{PortNumber.Max}");

    private static List<T> Sorted<T>(IEnumerable<T> all, Func<T, (string App, string What)> key) =>
        [.. all.OrderBy(one => key(one).App, StringComparer.Ordinal).ThenBy(one => key(one).What, StringComparer.Ordinal)];
}
