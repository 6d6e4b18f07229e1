namespace Proxify.Program.Admin.Views;

/// <summary>The proxy as a whole.</summary>
internal sealed record StatusView
{
    public required string Version { get; init; }

    public required int Pid { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required string Transport { get; init; }

    public required int Workers { get; init; }

    /// <summary>How many configs and changes have been in force; the ETag of everything that can be changed.</summary>
    public required long Generation { get; init; }

    /// <summary>Its path; of one that comes from elsewhere, the address.</summary>
    public required string ConfigFile { get; init; }

    /// <summary>How it stands with where the config comes from; null: that is a file.</summary>
    public required SourceView? Source { get; init; }

    /// <summary>Of the file's content as it was applied last; null: it has not been read.</summary>
    public required string? ConfigSha256 { get; init; }

    public required ReloadView? LastReload { get; init; }

    /// <summary>Where changes made at run time are kept; null: they end with the process.</summary>
    public required StateView? State { get; init; }

    public required int Apps { get; init; }

    public required int Targets { get; init; }

    public required int TargetsUp { get; init; }

    public required int Sessions { get; init; }

    public required long SessionsWaiting { get; init; }

    public required long BufferBytes { get; init; }

    /// <summary>Whether who asks may change something.</summary>
    public required bool MayChange { get; init; }

    /// <summary>Null: each port has a listener.</summary>
    public required KernelView? Steering { get; init; }

    /// <summary>What was changed at run time and still holds.</summary>
    public required IReadOnlyList<ChangeView> Changes { get; init; }
}

/// <param name="Connected">Whether changes are seen.</param>
/// <param name="Problem">Why they are not; null: they are.</param>
/// <param name="Since">When the one or the other began.</param>
/// <param name="Revision">The newest that was seen.</param>
/// <param name="RevisionInForce">Of the config in force.</param>
internal sealed record SourceView(bool Connected, string? Problem, DateTimeOffset Since, long Revision, long RevisionInForce);

/// <param name="At">When it ended.</param>
/// <param name="Applied">Whether the file is in force.</param>
/// <param name="Problems">Why it is not.</param>
internal sealed record ReloadView(DateTimeOffset At, bool Applied, IReadOnlyList<string> Problems);

/// <param name="File">Its path.</param>
/// <param name="Problem">Why the changes in force are not in it; null: they are.</param>
internal sealed record StateView(string File, string? Problem);

/// <summary>What the kernel's program has decided, in connections.</summary>
internal sealed record KernelView(ulong Steered, ulong Passed, ulong Denied, ulong Limited, ulong NoSocket, ulong AssignErrors);

/// <param name="Kind"><c>weight</c>, <c>target_added</c>, <c>target_removed</c>, <c>port</c>, <c>paused</c>; <c>drained</c> and
/// <c>disabled</c> are said for all proxies.</param>
/// <param name="App">Of which app.</param>
/// <param name="Target">Of which target; null: of none.</param>
/// <param name="Value">The weight or the port; null: neither.</param>
/// <param name="Configured">The weight that the config gives; null: not that kind.</param>
internal sealed record ChangeView(string Kind, string App, string? Target, int? Value, int? Configured);
