namespace Proxify.Configuration;

/// <summary><c>Limits</c> of an app.</summary>
internal static class AppLimitsOptions
{
    public static readonly ValueOption<AppLimitsConfig, int> SessionsPerTarget = new(
        nameof(SessionsPerTarget), LimitsOptions.SessionCount, l => l.SessionsPerTarget, (l, value) => l with { SessionsPerTarget = value },
        "apps only: live sessions of one endpoint of a target. A full one gets no more; when every one that might be picked is full, sessions wait");

    public static readonly ValueOption<AppLimitsConfig, int> Queue = new(
        nameof(Queue), new CountType(0, 1_000_000), l => l.Queue, (l, value) => l with { Queue = value },
        "apps only: sessions that may wait, first come first served; more are reset. `0`: nobody waits", 1_000);

    public static readonly ValueOption<AppLimitsConfig, TimeSpan> QueueTimeout = new(
        nameof(QueueTimeout), new DurationType("1ms", "1h"), l => l.QueueTimeout, (l, value) => l with { QueueTimeout = value },
        "apps only: a session that has waited for this long is reset", Duration.Of("5s"));

    public static readonly Section<AppLimitsConfig> Section = new(
        "an object such as {\"Sessions\": 1000}", [.. LimitsOptions.In<AppLimitsConfig>(), SessionsPerTarget, Queue, QueueTimeout]);
}
