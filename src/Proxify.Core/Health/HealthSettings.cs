namespace Proxify.Health;

/// <summary>How an app's targets are watched, with nothing left open. The defaults are the config's: here nothing has any.</summary>
internal sealed record HealthSettings
{
    /// <summary>Watches nothing: every target is available always.</summary>
    public static HealthSettings Off { get; } = new();

    /// <summary>What active checks do; null: there are none.</summary>
    public CheckSettings? Check { get; init; }

    /// <summary>Between two checks of a target whose status is settled.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Between two checks while the status is changing.</summary>
    public TimeSpan FastInterval { get; init; }

    /// <summary>For one check.</summary>
    public TimeSpan CheckTimeout { get; init; }

    /// <summary>Good checks in a row until a target is up.</summary>
    public int Rise { get; init; }

    /// <summary>Bad checks in a row until a target is down.</summary>
    public int Fall { get; init; }

    /// <summary>Connects that fail in a row until a target is ejected; 0: never.</summary>
    public int EjectAfter { get; init; }

    /// <summary>The share of connects within <see cref="FailureWindow"/> that eject when they fail; 0: none does.</summary>
    public double FailureRate { get; init; }

    /// <summary>Over which <see cref="FailureRate"/> is taken.</summary>
    public TimeSpan FailureWindow { get; init; }

    /// <summary>Connects in the window before <see cref="FailureRate"/> says anything.</summary>
    public int FailureTries { get; init; }

    /// <summary>The first ejection; each further one takes twice as long.</summary>
    public TimeSpan EjectFor { get; init; }

    /// <summary>The longest ejection.</summary>
    public TimeSpan EjectMax { get; init; }

    /// <summary>How long a target may be silent after a client's first bytes while its siblings answer; null: for ever.</summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>
    /// A session that the target ends within this time of its connect without having sent a byte counts as a failed connect; null: none does.
    /// </summary>
    public TimeSpan? EarlyClose { get; init; }

    /// <summary>When a smaller share of an app's targets than this is available, all are used; 0: when none is.</summary>
    public double PanicBelow { get; init; }

    /// <summary>How long a target that comes back takes to get its full share of sessions; zero: none.</summary>
    public TimeSpan SlowStart { get; init; }

    /// <summary>Within which time the sessions of a target that has gone down are reset: null never, zero at once.</summary>
    public TimeSpan? ResetOnDown { get; init; }

    /// <summary>The same for a target that has left the config.</summary>
    public TimeSpan? ResetOnRemove { get; init; }
}
