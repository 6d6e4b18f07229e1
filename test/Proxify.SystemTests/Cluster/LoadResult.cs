namespace Proxify.SystemTests.Cluster;

/// <summary>What the clients have met.</summary>
internal sealed record LoadResult
{
    /// <summary>Short ones that were tried.</summary>
    public required int Connections { get; init; }

    /// <summary>Of them, those that did not come about.</summary>
    public required IReadOnlyDictionary<VisitEnd, int> Failures { get; init; }

    /// <summary>From the first failure's beginning to the last one's.</summary>
    public required TimeSpan FailingFor { get; init; }

    /// <summary>Of those that were served.</summary>
    public required TimeSpan LongestWait { get; init; }

    /// <summary>Those that came about, and broke.</summary>
    public required int Cut { get; init; }

    /// <summary>Of the last second's, the share that went to the machine to which something had happened.</summary>
    public required double LastThere { get; init; }

    /// <summary>That were to stay.</summary>
    public required int Sessions { get; init; }

    /// <summary>Of them, broken ones of the machine that something happened to.</summary>
    public required int BrokenThere { get; init; }

    /// <summary>And those of all others, which nothing has happened to: the network has sent their packets to another machine, which resets them.</summary>
    public required int BrokenElsewhere { get; init; }

    /// <summary>Clients that have met two targets.</summary>
    public required int MovedClients { get; init; }

    public int Failed => Failures.Values.Sum();
}
