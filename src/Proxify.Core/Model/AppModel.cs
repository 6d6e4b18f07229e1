using System.Collections.Immutable;

namespace Proxify.Model;

/// <summary>An app as the running proxy uses it.</summary>
public sealed class AppModel
{
    public required string Name { get; init; }

    public required ImmutableArray<TargetModel> Targets { get; init; }

    public required EffectiveTimeouts Timeouts { get; init; }

    /// <summary>Identity and counters; the same object before and after a reload.</summary>
    public required AppState State { get; init; }
}
