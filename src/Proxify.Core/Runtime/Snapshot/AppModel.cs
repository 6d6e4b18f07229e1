using System.Collections.Immutable;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Health;

namespace Proxify.Runtime;

/// <summary>An app as the running proxy uses it.</summary>
internal sealed class AppModel
{
    private volatile TargetGroup _group = null!;

    public required string Name { get; init; }

    public required ImmutableArray<TargetModel> Targets { get; init; }

    public required BalancingPolicy Balancing { get; init; }

    /// <summary>
    /// The endpoints of <see cref="Targets"/> as they are now, and what picks among them by <see cref="Balancing"/>. The one thing about an app that changes
    /// without a reload.
    /// </summary>
    public required TargetGroup Group
    {
        get => _group;
        init => _group = value;
    }

    /// <summary>The apps whose endpoints this one's are, states included; empty for an app with targets of its own.</summary>
    public ImmutableArray<AppModel> Pooled { get; init; } = [];

    public required EffectiveTimeouts Timeouts { get; init; }

    /// <summary>How its endpoints are watched. A pool's are watched by their own apps.</summary>
    public HealthSettings Health { get; init; } = HealthSettings.Off;

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

    /// <summary>A client that ends its side without having said a byte has left.</summary>
    public bool AbortOnClose { get; init; }

    /// <summary>Identity and counters; the same object before and after a reload.</summary>
    public required AppState State { get; init; }

    /// <summary>Takes up what names have answered since, and is what sessions go by from now on. A pool comes after its apps.</summary>
    internal void TakeAnswers()
    {
        _group = TargetGroupBuilder.Build(Targets, Pooled, Balancing, State, _group);
        if (Pooled.IsEmpty)
            PutLimitsInForce(_group);
        State.Group = _group;
        State.Targets.Keep(_group.Endpoints);
    }

    /// <summary>
    /// What is counted beyond one config goes by this app's limits from now on, also for sessions that wait under older ones: otherwise they would keep those
    /// behind them waiting.
    /// </summary>
    internal void PutLimitsInForce()
    {
        State.Sessions.Limit = Limits.Sessions;
        Interlocked.MemoryBarrier(); // limits first, then a look at who waits
        State.Line.Admit();
    }

    /// <summary>The targets' own: before any session can find the group.</summary>
    private void PutLimitsInForce(TargetGroup group)
    {
        foreach (var (_, _, target) in group.Endpoints)
        {
            target.Load.Limit = Limits.SessionsPerTarget;
            target.Load.Freed = Limits.SessionsPerTarget == SessionSlots.Unlimited ? null : State.Line.Admit;
        }
    }
}
