using System.Collections.Immutable;
using Proxify.Configuration;
using Proxify.Telemetry;

namespace Proxify.Runtime;

/// <summary>What is recorded of an app's sessions, with nothing left open.</summary>
/// <param name="Sample">The share of sessions that get records.</param>
/// <param name="Fields">What is written of each.</param>
/// <param name="Interim">How long a session lives between two records; null: it gets one, at its end.</param>
internal sealed record EffectiveAccessLog(double Sample, ImmutableArray<SessionField> Fields, TimeSpan? Interim)
{
    /// <summary>Of an app that no config speaks of.</summary>
    public static EffectiveAccessLog Default { get; } = Of(new AccessLogConfig(), new AccessLogConfig());

    public static EffectiveAccessLog Of(AccessLogConfig app, AccessLogConfig proxy)
    {
        var fields = app.Fields.Count > 0 ? app.Fields : proxy.Fields;
        var interim = AccessLogOptions.Interim.Of(app, proxy);
        return new(
            AccessLogOptions.Sample.Of(app, proxy),
            fields.Count == 0 ? SessionField.All : [.. fields.Select(field => SessionField.Named(ConfigWords.AccessLogFields.WordOf(field)))],
            interim == Timeout.InfiniteTimeSpan ? null : interim);
    }

    public bool Equals(EffectiveAccessLog? other) =>
        other is not null && Sample == other.Sample && Interim == other.Interim && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => HashCode.Combine(Sample, Interim, Fields.Length);
}
