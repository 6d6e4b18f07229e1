namespace Proxify.Configuration;

/// <summary><c>AccessLog</c>, of the file and of an app.</summary>
internal static class AccessLogOptions
{
    public static readonly ValueOption<AccessLogConfig, double> Sample = new(
        nameof(Sample), new ShareType(), a => a.Sample, (a, value) => a with { Sample = value },
        "the share of sessions that get records: `0` none, `0.1` one in ten, `1` all", 1);

    public static readonly ListOption<AccessLogConfig, AccessLogField> Fields = new(
        nameof(Fields), "field names", ConfigWords.AccessLogFields, a => a.Fields, (a, value) => a with { Fields = value },
        "which of the [fields](operations.md#the-access-record) are written, in this order")
    { Absent = "all of them", IsSet = true };

    public static readonly ValueOption<AccessLogConfig, TimeSpan> Interim = new(
        nameof(Interim), new DurationType("1s", "365d", canBeOff: true), a => a.Interim, (a, value) => a with { Interim = value },
        "a session that lives longer gets an [interim record](operations.md#the-access-record) each time that this has passed", Timeout.InfiniteTimeSpan);

    public static readonly Section<AccessLogConfig> Section = new("an object such as {\"Sample\": 1}", Sample, Fields, Interim);
}
