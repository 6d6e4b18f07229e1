namespace Proxify.Program.Admin.Views;

/// <summary>One address of a target; a target that is a name may have several.</summary>
internal sealed record TargetView
{
    public required string App { get; init; }

    /// <summary>As configured.</summary>
    public required string Target { get; init; }

    public required string Endpoint { get; init; }

    /// <summary>In force; 0: it gets no new sessions.</summary>
    public required int Weight { get; init; }

    public required bool Backup { get; init; }

    /// <summary>What was changed at run time: <c>weight</c>, <c>added</c>; null: nothing.</summary>
    public required string? Change { get; init; }

    /// <summary><c>up</c>, <c>down</c>, <c>ejected</c>, <c>trial</c> or <c>unwatched</c>.</summary>
    public required string Health { get; init; }

    /// <summary>Why it is not up.</summary>
    public required string? Why { get; init; }

    public required DateTimeOffset? Since { get; init; }

    public required int Sessions { get; init; }

    /// <summary>Sessions that have reached it, live ones included.</summary>
    public required long SessionsTotal { get; init; }

    public required long ConnectFailures { get; init; }

    /// <summary>A moving average of its connects, TLS included, each of them an eighth; null: there was none.</summary>
    public required double? ConnectMs { get; init; }

    /// <summary>Bytes that it has sent.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Bytes that it was sent.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Null: the proxy knows none, or has sent it none.</summary>
    public required RequestsView? Requests { get; init; }
}

/// <param name="Sent">Those included that were sent a second time.</param>
/// <param name="Answered">Replies that have come.</param>
/// <param name="Lost">Their connection was lost before the reply.</param>
/// <param name="Resent">Sent a second time, as they change nothing.</param>
/// <param name="InFlight">They wait for their reply.</param>
internal sealed record RequestsView(long Sent, long Answered, long Lost, long Resent, long InFlight);
