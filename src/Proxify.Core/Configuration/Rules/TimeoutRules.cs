namespace Proxify.Configuration;

internal static class TimeoutRules
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);
    private static readonly TimeSpan LongestSlowStart = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestConnect = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShortestProbing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestProbing = TimeSpan.FromHours(9); // the kernel takes 32,767 s
    private static readonly TimeSpan LongestUnacknowledged = TimeSpan.FromDays(7); // and here 24 days, in milliseconds

    public static void Check(TimeoutsConfig? timeouts, string path, ErrorList errors)
    {
        if (timeouts is null)
        {
            errors.Add(path, "is missing");
            return;
        }

        Check(timeouts.Connect, $"{path}.Connect", Shortest, LongestConnect, canBeOff: false, errors);
        Check(timeouts.Idle, $"{path}.Idle", Shortest, Longest, canBeOff: true, errors);
        Check(timeouts.HalfClose, $"{path}.HalfClose", Shortest, Longest, canBeOff: true, errors);
        Check(timeouts.Drain, $"{path}.Drain", TimeSpan.Zero, Longest, canBeOff: false, errors);
        Check(timeouts.KeepAlive, $"{path}.KeepAlive", ShortestProbing, LongestProbing, canBeOff: true, errors);
        Check(timeouts.KeepAliveInterval, $"{path}.KeepAliveInterval", ShortestProbing, LongestProbing, canBeOff: false, errors);
        Check(timeouts.Unacknowledged, $"{path}.Unacknowledged", ShortestProbing, LongestUnacknowledged, canBeOff: true, errors);
    }

    public static void CheckSlowStart(TimeSpan value, string path, ErrorList errors) =>
        Check(value, path, TimeSpan.Zero, LongestSlowStart, canBeOff: false, errors);

    public static void Check(TimeSpan? value, string path, TimeSpan min, TimeSpan max, bool canBeOff, ErrorList errors)
    {
        if (value is not { } given || (given >= min && given <= max) || (canBeOff && given == Timeout.InfiniteTimeSpan))
            return;

        var off = canBeOff ? $" or \"{Duration.Off}\"" : "";
        errors.Add(path, $"expected {Duration.Format(min)} to {Duration.Format(max)}{off}, found {Duration.Format(given)}");
    }
}
