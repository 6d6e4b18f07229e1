using System.Collections.Immutable;

namespace Proxify.Telemetry;

/// <summary>The one-word cause for which a session ended. Names and values are stable: they appear in logs and metrics.</summary>
public enum TerminationReason
{
    Done,
    ClientReset,
    TargetReset,
    HalfCloseTimeout,
    IdleTimeout,
    ConnectFailed,
    NoRoute,
    Denied,
    Limit,
    Loop,
    Drained,
    TargetDown,
    TargetRemoved,

    /// <summary>The client ended its side without a byte before a target was reached, where <c>AbortOnClose</c> says that it has left then.</summary>
    ClientClosed,

    /// <summary>A defect in proxify; the log has the exception.</summary>
    InternalError,
}

public static class TerminationReasons
{
    private static readonly string[] Words =
    [
        "done", "client_reset", "target_reset", "half_close_timeout", "idle_timeout", "connect_failed",
        "no_route", "denied", "limit", "loop", "drained", "target_down", "target_removed", "client_closed", "internal_error",
    ];

    public static ImmutableArray<TerminationReason> All { get; } = [.. Enum.GetValues<TerminationReason>()];

    /// <summary>As logs and metrics write it: <c>client_reset</c>.</summary>
    public static string ToWord(this TerminationReason reason) => Words[(int)reason];
}
