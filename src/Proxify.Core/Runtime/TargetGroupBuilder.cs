using System.Collections.Immutable;
using Proxify.Configuration;
using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>Makes an app's group of what its targets' names have answered. The same endpoint of the same target keeps its state.</summary>
internal static class TargetGroupBuilder
{
    /// <param name="targets">The app's.</param>
    /// <param name="pooled">The apps whose endpoints these are; empty where the targets give them.</param>
    /// <param name="balancing">How to pick.</param>
    /// <param name="state">Where the rounds go on.</param>
    /// <param name="previous">
    /// The app's group before. Where nothing has changed it stays, and so does its balancer where only an answer that brings nothing has come: tables take time
    /// to make.
    /// </param>
    public static TargetGroup Build(ImmutableArray<TargetModel> targets, ImmutableArray<AppModel> pooled, BalancingPolicy balancing, AppState state,
        TargetGroup? previous)
    {
        ImmutableArray<TargetEndpoint> endpoints = pooled.IsEmpty ? Endpoints(targets, state.Targets) : [.. pooled.SelectMany(a => a.Group.Endpoints)];
        ImmutableArray<ResolvedName> unanswered = [.. targets.Select(t => t.Name).OfType<ResolvedName>().Where(n => !n.HasAnswered).Distinct()];
        var isSame = previous is not null && previous.Balancing == balancing && previous.Endpoints.SequenceEqual(endpoints);
        if (isSame && previous!.Unanswered.SequenceEqual(unanswered))
            return previous;
        return new TargetGroup
        {
            Endpoints = isSame ? previous!.Endpoints : endpoints,
            Balancing = balancing,
            Balancer = isSame ? previous!.Balancer : BalancerBuilder.Build(balancing, endpoints, state),
            Unanswered = unanswered,
        };
    }

    /// <summary>Where two targets lead to the same endpoint, the first has it: each endpoint is picked, dialled and judged once.</summary>
    private static ImmutableArray<TargetEndpoint> Endpoints(ImmutableArray<TargetModel> targets, TargetStates states)
    {
        var taken = new HashSet<(TcpEndpoint, int?)>();
        var endpoints = ImmutableArray.CreateBuilder<TargetEndpoint>(targets.Length);
        foreach (var target in targets)
        {
            foreach (var (endpoint, weight, isBackup) in target.Endpoints)
            {
                if (taken.Add((endpoint, target.PortOffset)))
                    endpoints.Add(new TargetEndpoint(weight, isBackup, states.Of(target.Address, endpoint, target.PortOffset)));
            }
        }

        return endpoints.ToImmutable();
    }
}
