namespace Proxify.SteeringBench;

/// <summary>What the command line asked for.</summary>
sealed record Options
{
    public required FileInfo Proxify { get; init; }

    /// <summary>How often each thing is measured; the table shows medians.</summary>
    public required int Rounds { get; init; }

    /// <summary>How long one measurement of the connection rate takes.</summary>
    public required int Seconds { get; init; }

    /// <summary>Names of sections; empty means all.</summary>
    public required IReadOnlyList<string> Only { get; init; }
}
