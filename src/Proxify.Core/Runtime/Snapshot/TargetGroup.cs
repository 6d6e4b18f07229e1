using System.Collections.Immutable;
using Proxify.Balancing;
using Proxify.Configuration;
using Proxify.Resolution;

namespace Proxify.Runtime;

/// <summary>
/// The endpoints that an app has at a moment, and what picks among them. Immutable: a session reads it once, and the picks it has tried are indices of this
/// group alone. Replaced whole, off the session's path, when a name's addresses change.
/// </summary>
internal sealed class TargetGroup
{
    /// <summary>Made for the first who waits: most groups give way to others before anybody does.</summary>
    private readonly Lazy<Task>? _nextAnswer;

    /// <summary>In the config's order; those of one name in the order of their addresses.</summary>
    public required ImmutableArray<TargetEndpoint> Endpoints { get; init; }

    /// <summary>Picks among <see cref="Endpoints"/>.</summary>
    public required Balancer Balancer { get; init; }

#pragma warning disable VSTHRD011 // What makes the task waits for nothing.
    /// <summary>The names of its targets that have not answered yet. When the first of them does, the app gets another group.</summary>
    public required ImmutableArray<ResolvedName> Unanswered
    {
        get;
        init
        {
            field = value;
            _nextAnswer = value.IsEmpty ? null : new Lazy<Task>(() => Task.WhenAny(value.Select(n => n.FirstAnswer)));
        }
    }

    /// <summary>Completes when one of <see cref="Unanswered"/> has answered.</summary>
    public Task NextAnswer => _nextAnswer?.Value ?? Task.CompletedTask;
#pragma warning restore VSTHRD011

    /// <summary>What <see cref="Balancer"/> goes by.</summary>
    public required BalancingPolicy Balancing { get; init; }

    /// <summary>
    /// This group's endpoints that are among those of another group, such as the ones that a session has tried. Only for the few sessions that live to see two
    /// groups.
    /// </summary>
    public TargetSet Find(TargetGroup other, in TargetSet these)
    {
        var states = new HashSet<TargetState>();
        for (var i = 0; i < other.Endpoints.Length; i++)
        {
            if (these.Contains(i))
                states.Add(other.Endpoints[i].State);
        }

        var found = default(TargetSet);
        for (var i = 0; i < Endpoints.Length; i++)
        {
            if (states.Contains(Endpoints[i].State))
                found.Add(i);
        }

        return found;
    }
}
