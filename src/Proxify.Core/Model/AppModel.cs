using System.Collections.Immutable;
using Proxify.Admission;
using Proxify.Balancing;
using Proxify.Configuration;

namespace Proxify.Model;

/// <summary>An app as the running proxy uses it.</summary>
public sealed class AppModel
{
    public required string Name { get; init; }

    public required ImmutableArray<TargetModel> Targets { get; init; }

    public required BalancingPolicy Balancing { get; init; }

    /// <summary>Picks among <see cref="Targets"/> by <see cref="Balancing"/>.</summary>
    public required Balancer Balancer { get; init; }

    public required EffectiveTimeouts Timeouts { get; init; }

    /// <summary>Who may connect to this app; the proxy's own rules come on top.</summary>
    public required SourceRules Sources { get; init; }

    /// <summary>The proxy's own hold besides.</summary>
    public required EffectiveLimits Limits { get; init; }

    /// <summary>The buckets of the limits' rates; null where there are none. The same object as long as the rates are the same.</summary>
    public required ConnectionRates? Rates { get; init; }

    /// <summary>Its ports, each once, whatever addresses they are bound to.</summary>
    public required ImmutableArray<ushort> Ports { get; init; }

    /// <summary>Steering may take its ports from other processes without a warning.</summary>
    public required bool AllowTakeover { get; init; }

    /// <summary>Identity and counters; the same object before and after a reload.</summary>
    public required AppState State { get; init; }
}
