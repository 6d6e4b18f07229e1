namespace Proxify.Configuration;

internal static class HealthRules
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(10);

    /// <param name="health">The section.</param>
    /// <param name="outer">The section whose values hold where it sets nothing; null: the defaults do.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="errors">Takes the errors.</param>
    public static void Check(HealthConfig? health, HealthConfig? outer, string path, ErrorList errors)
    {
        if (health is null)
        {
            errors.Add(path, "is missing");
            return;
        }

        TimeoutRules.Check(health.Interval, $"{path}.{nameof(HealthConfig.Interval)}", ShortestInterval, Longest, canBeOff: false, errors);
        TimeoutRules.Check(health.FastInterval, $"{path}.{nameof(HealthConfig.FastInterval)}", ShortestInterval, Longest, canBeOff: false, errors);
        TimeoutRules.Check(health.Timeout, $"{path}.{nameof(HealthConfig.Timeout)}", Shortest, LongestTimeout, canBeOff: false, errors);
        TimeoutRules.Check(health.FailureWindow, $"{path}.{nameof(HealthConfig.FailureWindow)}", ShortestInterval, Longest, canBeOff: false, errors);
        TimeoutRules.Check(health.EjectFor, $"{path}.{nameof(HealthConfig.EjectFor)}", ShortestInterval, Longest, canBeOff: false, errors);
        TimeoutRules.Check(health.EjectMax, $"{path}.{nameof(HealthConfig.EjectMax)}", ShortestInterval, Longest, canBeOff: false, errors);
        TimeoutRules.Check(health.FirstByte, $"{path}.{nameof(HealthConfig.FirstByte)}", ShortestLook, Longest, canBeOff: true, errors);
        TimeoutRules.Check(health.EarlyClose, $"{path}.{nameof(HealthConfig.EarlyClose)}", ShortestLook, Longest, canBeOff: true, errors);
        TimeoutRules.Check(health.DownDrain, $"{path}.{nameof(HealthConfig.DownDrain)}", Shortest, Longest, canBeOff: false, errors);

        CheckNumber(health.Rise, nameof(HealthConfig.Rise), 1, 1_000);
        CheckNumber(health.Fall, nameof(HealthConfig.Fall), 1, 1_000);
        CheckNumber(health.EjectAfter, nameof(HealthConfig.EjectAfter), 0, 1_000);
        CheckNumber(health.FailureTries, nameof(HealthConfig.FailureTries), 1, 1_000_000);
        CheckShare(health.FailureRate, nameof(HealthConfig.FailureRate));
        CheckShare(health.PanicBelow, nameof(HealthConfig.PanicBelow));
        CheckBytes(health.Send, nameof(HealthConfig.Send));
        CheckBytes(health.Expect, nameof(HealthConfig.Expect));
        if (health.Port is { } port && !PortNumber.IsValid(port))
            errors.Add($"{path}.{nameof(HealthConfig.Port)}", $"port {port} is out of range; expected {PortNumber.Min}-{PortNumber.Max}");

        if (health.Address is { } address && EndRules.Problem(address) is { } problem)
            errors.Add($"{path}.{nameof(HealthConfig.Address)}", $"{address} {problem}");

        CheckWord(health.Type, nameof(HealthConfig.Type), HealthWords.Types);
        CheckWord(health.OnDown, nameof(HealthConfig.OnDown), HealthWords.Fates);
        CheckWord(health.OnRemove, nameof(HealthConfig.OnRemove), HealthWords.Fates);

        // Told where either is set, not again in every app below.
        var (first, longest) =
            (health.EjectFor ?? outer?.EjectFor ?? HealthConfig.Defaults.EjectFor, health.EjectMax ?? outer?.EjectMax ?? HealthConfig.Defaults.EjectMax);
        if ((health.EjectFor ?? health.EjectMax) is not null && first > longest)
        {
            var key = health.EjectMax is null ? nameof(HealthConfig.EjectFor) : nameof(HealthConfig.EjectMax);
            errors.Add($"{path}.{key}", $"the longest ejection, {Duration.Format(longest.Value)}, is shorter than the first, {Duration.Format(first.Value)}");
        }

        void CheckNumber(int? value, string key, int min, int max)
        {
            if (value < min || value > max)
                errors.Add($"{path}.{key}", $"expected a whole number {min}-{max}, found {value}");
        }

        void CheckShare(double? value, string key)
        {
            if (value is not (null or (>= 0 and <= 1)))
                errors.Add($"{path}.{key}", $"expected a number 0-1, found {value}");
        }

        void CheckBytes(ReadOnlyMemory<byte>? value, string key)
        {
            if (value is { Length: > Configuration.CheckBytes.Longest } bytes)
                errors.Add($"{path}.{key}", $"has {bytes.Length:N0} bytes; expected at most {Configuration.CheckBytes.Longest:N0} bytes");
        }

        void CheckWord<T>(T? value, string key, IReadOnlyList<string> words)
            where T : struct, Enum
        {
            if (value is { } choice && !Enum.IsDefined(choice))
                errors.Add($"{path}.{key}", $"expected {HealthWords.Expected(words)}, found {choice}");
        }
    }
}
