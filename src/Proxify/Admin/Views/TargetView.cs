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

    /// <summary>Bytes that it has sent, of ended sessions.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Bytes that it was sent, of ended sessions.</summary>
    public required long BytesSent { get; init; }
}
