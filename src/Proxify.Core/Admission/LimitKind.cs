using System.Collections.Immutable;

namespace Proxify.Admission;

/// <summary>Which limit refused a connection. Names and values are stable: they appear in metrics.</summary>
internal enum LimitKind : byte
{
    /// <summary>None did.</summary>
    None,
    Rate,
    RatePerSource,
    Sessions,
    SessionsPerSource,

    /// <summary>There was no place in the queue.</summary>
    Queue,

    /// <summary>It had waited too long.</summary>
    QueueTimeout,
}

internal static class LimitKindWords
{
    private static readonly string[] Words = ["none", "rate", "rate_per_source", "sessions", "sessions_per_source", "queue", "queue_timeout"];

    /// <summary>Those that refuse.</summary>
    public static ImmutableArray<LimitKind> All { get; } = [.. Enum.GetValues<LimitKind>().Where(kind => kind != LimitKind.None)];

    /// <summary>As metrics write it: <c>rate_per_source</c>.</summary>
    public static string ToWord(this LimitKind kind) => Words[(int)kind];
}
