namespace Proxify.Configuration;

/// <summary><c>AccessLog</c>.</summary>
internal static class AccessLogOptions
{
    public static readonly ValueOption<AccessLogConfig, double> Sample = new(
        nameof(Sample), new ShareType(), a => a.Sample, (a, value) => a with { Sample = value },
        "the share of sessions that get a record: `0` none, `0.1` one in ten, `1` all", 1);

    public static readonly Section<AccessLogConfig> Section = new("an object such as {\"Sample\": 1}", Sample);
}
