namespace Proxify.Balancing;

/// <summary>The balancing policies that there are: another one is a class and a row here.</summary>
internal static class PolicyTable
{
    private static readonly Row[] s_rows =
    [
        new("round-robin", static (candidates, turns) => new RoundRobinPolicy(candidates, turns)),
        new("least-connections", static (candidates, turns) => new LeastConnectionsPolicy(candidates, turns)),
        new("random-two", static (candidates, _) => new RandomTwoPolicy(candidates)),
        new("source-hash", static (candidates, _) => new SourceHashPolicy(candidates)),
        new("first", static (candidates, _) => new FirstPolicy(candidates)),
    ];

    /// <summary>As the config writes them.</summary>
    public static IEnumerable<string> Names => s_rows.Select(row => row.Name);

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="candidates">At least one.</param>
    /// <param name="turns">Where the rounds go on, for policies that go round.</param>
    public static ILoadBalancingPolicy Create(string name, Candidate[] candidates, Turns turns) =>
        s_rows.First(row => row.Name == name).Create(candidates, turns);

    private readonly record struct Row(string Name, Func<Candidate[], Turns, ILoadBalancingPolicy> Create);
}
