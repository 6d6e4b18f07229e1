namespace Proxify.Configuration;

/// <summary>What <c>Limits</c> has in the file and in an app alike.</summary>
internal static class LimitsOptions
{
    /// <summary>A number of live sessions.</summary>
    public static readonly CountType SessionCount = new(1, 10_000_000, canBeOff: true);

    private static readonly CountType ConnectionCount = new(1, ConnectionRate.MaxCount);

    public static readonly ValueOption<LimitsConfig, int> Sessions = new(
        nameof(Sessions), SessionCount, l => l.Sessions, (l, value) => l with { Sessions = value },
        "live sessions. Beyond an app's, sessions wait in its queue. Beyond the file's they are reset, and there waiting ones count, too");

    public static readonly ValueOption<LimitsConfig, int> SessionsPerSource = new(
        nameof(SessionsPerSource), SessionCount, l => l.SessionsPerSource, (l, value) => l with { SessionsPerSource = value },
        "live sessions of one source, waiting ones included; more are reset");

    public static readonly ValueOption<LimitsConfig, ConnectionRate> Rate = new(
        nameof(Rate), new RateType(), l => l.Rate, (l, value) => l with { Rate = value },
        "new connections per time; more are reset");

    public static readonly ValueOption<LimitsConfig, int> Burst = new(
        nameof(Burst), ConnectionCount, l => l.Burst, (l, value) => l with { Burst = value },
        "how many of these may come at once")
    { Absent = "the number in `Rate`" };

    public static readonly ValueOption<LimitsConfig, ConnectionRate> RatePerSource = new(
        nameof(RatePerSource), new RateType(), l => l.RatePerSource, (l, value) => l with { RatePerSource = value },
        "new connections per time from one source; more are reset");

    public static readonly ValueOption<LimitsConfig, int> BurstPerSource = new(
        nameof(BurstPerSource), ConnectionCount, l => l.BurstPerSource, (l, value) => l with { BurstPerSource = value },
        "how many of these may come at once")
    { Absent = "the number in `RatePerSource`" };

    public static readonly SectionOption<LimitsConfig, SourcePrefixConfig> SourcePrefix = new(
        nameof(SourcePrefix), SourcePrefixOptions.Section, l => l.SourcePrefix, (l, value) => l with { SourcePrefix = value },
        "what one source is; a key that is absent in an app comes from the file's `Limits`")
    { Absent = "see there" };

    /// <summary>The options as those of a record that derives.</summary>
    public static Option<TRecord>[] In<TRecord>()
        where TRecord : LimitsConfig
    {
        Option<LimitsConfig>[] shared = [Sessions, SessionsPerSource, Rate, Burst, RatePerSource, BurstPerSource, SourcePrefix];
        return [.. shared.Select(option => new SharedOption<TRecord, LimitsConfig>(option) { Absent = option.Absent })];
    }
}
