using Proxify.Admission;
using Proxify.Configuration;

namespace Proxify.Runtime;

/// <summary>Limits of the proxy or of an app, with nothing left open. <see cref="SessionSlots.Unlimited"/> stands for no limit.</summary>
/// <param name="Sessions">Live sessions.</param>
/// <param name="SessionsPerSource">Live sessions of one source.</param>
/// <param name="SessionsPerTarget">Live sessions of one endpoint; of the proxy: no limit.</param>
/// <param name="Sources">What one source is.</param>
/// <param name="Rates">How fast connections may come.</param>
/// <param name="Queue">Sessions that may wait.</param>
/// <param name="QueueTimeout">For how long.</param>
internal sealed record EffectiveLimits(int Sessions, int SessionsPerSource, int SessionsPerTarget, SourceMask Sources, RateLimits Rates, int Queue,
    TimeSpan QueueTimeout)
{
    /// <summary>Of an app that no config speaks of.</summary>
    public static EffectiveLimits None { get; } = Of(new LimitsConfig());

    public static EffectiveLimits Of(LimitsConfig proxy) =>
        Of(proxy, proxy) with { SessionsPerTarget = SessionSlots.Unlimited, Queue = 0, QueueTimeout = TimeSpan.Zero };

    public static EffectiveLimits Of(AppLimitsConfig app, LimitsConfig proxy) =>
        Of((LimitsConfig)app, proxy) with
        {
            SessionsPerTarget = app.SessionsPerTarget ?? SessionSlots.Unlimited,
            Queue = app.Queue,
            QueueTimeout = app.QueueTimeout
        };

    private static EffectiveLimits Of(LimitsConfig limits, LimitsConfig proxy)
    {
        var (inner, outer) = (limits.SourcePrefix, proxy.SourcePrefix);
        var sources = SourceMask.OfLengths(SourcePrefixOptions.IPv4.Of(inner, outer), SourcePrefixOptions.IPv6.Of(inner, outer));
        var perSource = Rate(limits.RatePerSource, limits.BurstPerSource);
        var rates = new RateLimits(Rate(limits.Rate, limits.Burst), perSource, perSource.IsNone ? default : sources);
        return new(limits.Sessions ?? SessionSlots.Unlimited, limits.SessionsPerSource ?? SessionSlots.Unlimited, SessionSlots.Unlimited, sources, rates, 0,
            TimeSpan.Zero);
    }

    private static Rate Rate(ConnectionRate? rate, int? burst) =>
        rate is { } given ? Admission.Rate.Of(given.Count, given.Per, burst ?? given.Count) : Admission.Rate.None;
}
