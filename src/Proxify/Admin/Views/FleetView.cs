namespace Proxify.Program.Admin.Views;

/// <summary>The proxies whose config comes from the same place, and what was changed for all of them.</summary>
internal sealed record FleetView
{
    /// <summary>Where the config comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The name of the one that answers.</summary>
    public required string Self { get; init; }

    /// <summary>The newest revision of the config that this proxy has seen.</summary>
    public required long Revision { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<MachineView> Machines { get; init; }

    /// <summary>By app and target.</summary>
    public required IReadOnlyList<MarkView> Marks { get; init; }
}

/// <summary>A proxy as it describes itself: when something changes, and each half minute.</summary>
internal sealed record MachineView
{
    /// <summary>The host's, or what the command line says.</summary>
    public required string Name { get; init; }

    /// <summary><c>running</c>, or <c>stopping</c>: it takes no connections any more.</summary>
    public required string State { get; init; }

    public required string Version { get; init; }

    public required int Pid { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it has said all this, by its own clock.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    public required string Transport { get; init; }

    /// <summary>How many configs and changes have been in force there.</summary>
    public required long Generation { get; init; }

    /// <summary>Of the config that is in force there; 0: none of this place's.</summary>
    public required long Revision { get; init; }

    /// <summary>Of the config that is in force there: equal text, equal hash.</summary>
    public required string? ConfigSha256 { get; init; }

    /// <summary>Why the newest config is not in force there, at most ten; empty: it is.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public required int Sessions { get; init; }

    public required int Apps { get; init; }

    public required int Targets { get; init; }

    public required int TargetsUp { get; init; }

    /// <summary>Those that it holds to be down, as <c>app endpoint</c>; at most sixteen.</summary>
    public required IReadOnlyList<string> Down { get; init; }

    /// <summary>Whether another one says the same, but for numbers that change all the time.</summary>
    public bool IsNewsless(MachineView other) =>
        (State, Pid, Generation, Revision, TargetsUp, Targets) == (other.State, other.Pid, other.Generation, other.Revision, other.TargetsUp, other.Targets)
        && Problems.SequenceEqual(other.Problems, StringComparer.Ordinal) && Down.SequenceEqual(other.Down, StringComparer.Ordinal);
}

/// <summary>A target that gets no sessions from any of the proxies.</summary>
/// <param name="App">Of which app.</param>
/// <param name="Target">As the config has it.</param>
/// <param name="State"><c>drained</c>, or <c>disabled</c>: its sessions are ended as well.</param>
/// <param name="By">Who has asked for it.</param>
/// <param name="Machine">Of which proxy.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it ends by itself; null: when somebody enables the target.</param>
/// <param name="Within">Its sessions are ended, spread evenly over so many seconds; null: they are left alone, or ended at once where it is disabled.</param>
internal sealed record MarkView(
    string App, string Target, string State, string By, string Machine, DateTimeOffset At, DateTimeOffset? Until, double? Within);
