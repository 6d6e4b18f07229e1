namespace Proxify.Peers;

/// <summary>What the command line asked for.</summary>
sealed record Options
{
    /// <summary>How often each contender does each work. Default 5.</summary>
    public required int Rounds { get; init; }

    /// <summary>How long one measurement takes, about. Default 4.</summary>
    public required int Seconds { get; init; }

    /// <summary>Connections of the works that do not name their own number. Default 50.</summary>
    public required int Connections { get; init; }

    /// <summary>Names of works, or what several names begin with; empty means all.</summary>
    public required IReadOnlyList<string> Only { get; init; }

    /// <summary>Names of contenders, in the order of the table; empty means those that each work is meant for.</summary>
    public required IReadOnlyList<string> Proxies { get; init; }

    public required FileInfo Proxify { get; init; }

    public required FileInfo? Sketch { get; init; }
}
