namespace Proxify.Configuration;

internal static class LimitRules
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public static void Check(LimitsConfig? limits, string path, ErrorList errors)
    {
        if (limits is null)
        {
            errors.Add(path, "is missing");
            return;
        }

        Check(limits.Sessions, $"{path}.{nameof(limits.Sessions)}", 1, LimitsConfig.MaxSessions, errors);
        Check(limits.SessionsPerSource, $"{path}.{nameof(limits.SessionsPerSource)}", 1, LimitsConfig.MaxSessions, errors);
        Check(limits.Rate, $"{path}.{nameof(limits.Rate)}", errors);
        Check(limits.Burst, $"{path}.{nameof(limits.Burst)}", 1, ConnectionRate.MaxCount, errors);
        Check(limits.RatePerSource, $"{path}.{nameof(limits.RatePerSource)}", errors);
        Check(limits.BurstPerSource, $"{path}.{nameof(limits.BurstPerSource)}", 1, ConnectionRate.MaxCount, errors);
        if (limits.SourcePrefix is null)
        {
            errors.Add($"{path}.{nameof(limits.SourcePrefix)}", "is missing");
        }
        else
        {
            Check(limits.SourcePrefix.IPv4, $"{path}.{nameof(limits.SourcePrefix)}.{nameof(SourcePrefixConfig.IPv4)}", 1, 32, errors);
            Check(limits.SourcePrefix.IPv6, $"{path}.{nameof(limits.SourcePrefix)}.{nameof(SourcePrefixConfig.IPv6)}", 1, 128, errors);
        }
    }

    public static void Check(AppLimitsConfig? limits, string path, ErrorList errors)
    {
        Check((LimitsConfig?)limits, path, errors);
        if (limits is null)
            return;

        Check(limits.SessionsPerTarget, $"{path}.{nameof(limits.SessionsPerTarget)}", 1, LimitsConfig.MaxSessions, errors);
        Check(limits.Queue, $"{path}.{nameof(limits.Queue)}", 0, AppLimitsConfig.MaxQueue, errors);
        if (limits.QueueTimeout < ShortestWait || limits.QueueTimeout > LongestWait)
            errors.Add($"{path}.{nameof(limits.QueueTimeout)}",
                $"expected {Duration.Format(ShortestWait)} to {Duration.Format(LongestWait)}, found {Duration.Format(limits.QueueTimeout)}");
    }

    private static void Check(int? value, string path, int min, int max, ErrorList errors)
    {
        if (value < min || value > max)
            errors.Add(path, $"expected {min}-{max}, found {value}");
    }

    private static void Check(ConnectionRate? rate, string path, ErrorList errors)
    {
        if (rate is { } given && (given.Count is < 1 or > ConnectionRate.MaxCount || !given.HasKnownUnit))
            errors.Add(path, $"expected 1-{ConnectionRate.MaxCount} connections a second, minute or hour, found {given.Count} in {Duration.Format(given.Per)}");
    }
}
