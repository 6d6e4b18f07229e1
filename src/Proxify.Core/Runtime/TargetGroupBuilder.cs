using System.Collections.Immutable;
using Proxify.Resolution;
using Proxify.Transport;

namespace Proxify.Runtime;

/// <summary>Makes an app's group of what its targets' names have answered. The same endpoint of the same target keeps its state.</summary>
internal static class TargetGroupBuilder
{
    /// <param name="app">Its targets' endpoints, or those of the apps that it pools.</param>
    /// <param name="previous">
    /// The app's group before. Where nothing has changed it stays, and so does its balancer where only an answer that brings nothing has come: tables take time
    /// to make.
    /// </param>
    public static TargetGroup Build(AppModel app, TargetGroup? previous)
    {
        var (endpoints, unanswered) = app.Pooled.IsEmpty ? OfTargets(app) : OfPool(app.Pooled);
        var isSame = previous is not null && previous.Balancing == app.Balancing && previous.Endpoints.SequenceEqual(endpoints);
        if (isSame && previous!.Unanswered.SequenceEqual(unanswered))
            return previous;
        return new TargetGroup
        {
            Endpoints = isSame ? previous!.Endpoints : endpoints,
            Balancing = app.Balancing,
            Balancer = isSame ? previous!.Balancer : BalancerBuilder.Build(app.Balancing, endpoints, app.State),
            Unanswered = unanswered,
        };
    }

    private static (ImmutableArray<TargetEndpoint> Endpoints, ImmutableArray<ResolvedName> Unanswered) OfTargets(AppModel app)
    {
        // Before the endpoints: a name that answers in between has both, and would have neither the other way round.
        ImmutableArray<ResolvedName> unanswered = [.. app.Names.Where(n => !n.HasAnswered)];
        return (Endpoints(app.Targets, app.State.Targets), unanswered);
    }

    /// <summary>
    /// As the apps' groups have it and not the names: a name that has answered already has no endpoints anywhere until its answer is taken up, and must be
    /// waited for until then.
    /// </summary>
    private static (ImmutableArray<TargetEndpoint> Endpoints, ImmutableArray<ResolvedName> Unanswered) OfPool(ImmutableArray<AppModel> apps)
    {
        TargetGroup[] groups = [.. apps.Select(app => app.State.Group)];
        return ([.. groups.SelectMany(group => group.Endpoints)], [.. groups.SelectMany(group => group.Unanswered).Distinct()]);
    }

    /// <summary>Where two targets lead to the same endpoint, the first has it: each endpoint is picked, dialled and judged once.</summary>
    private static ImmutableArray<TargetEndpoint> Endpoints(ImmutableArray<TargetModel> targets, EndpointStates states)
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
