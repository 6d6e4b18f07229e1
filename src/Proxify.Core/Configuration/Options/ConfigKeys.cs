namespace Proxify.Configuration;

/// <summary>The keys of each object in <c>config.json</c>. Exact: case matters.</summary>
internal static class ConfigKeys
{
    /// <summary>Named by editors' conventions; the reader does not look at its value.</summary>
    public const string Schema = "$schema";

    public const string TargetAddress = nameof(TargetConfig.Address);

    public static IReadOnlyList<string> Root { get; } =
        [nameof(ProxyConfig.Apps), nameof(ProxyConfig.DefaultApp), nameof(ProxyConfig.Sources), nameof(ProxyConfig.Timeouts), nameof(ProxyConfig.Resolver),
            nameof(ProxyConfig.Limits), nameof(ProxyConfig.Health), nameof(ProxyConfig.AccessLog), Schema];

    public static IReadOnlyList<string> App { get; } =
        [nameof(AppConfig.Name), nameof(AppConfig.Ports), nameof(AppConfig.Targets), nameof(AppConfig.Balancing), nameof(AppConfig.SlowStart),
            nameof(AppConfig.Bind), nameof(AppConfig.Sources), nameof(AppConfig.AllowTakeover), nameof(AppConfig.AbortOnClose),
         nameof(AppConfig.Timeouts), nameof(AppConfig.Limits), nameof(AppConfig.Health)];

    public static IReadOnlyList<string> Target { get; } = [TargetAddress, nameof(TargetConfig.Weight), nameof(TargetConfig.Backup)];

    public static IReadOnlyList<string> Sources { get; } = [nameof(SourcesConfig.Allow), nameof(SourcesConfig.Deny)];

    public static IReadOnlyList<string> Timeouts { get; } =
        [nameof(TimeoutsConfig.Connect), nameof(TimeoutsConfig.Idle), nameof(TimeoutsConfig.HalfClose), nameof(TimeoutsConfig.Drain),
         nameof(TimeoutsConfig.KeepAlive), nameof(TimeoutsConfig.KeepAliveInterval), nameof(TimeoutsConfig.Unacknowledged)];

    public static IReadOnlyList<string> Limits { get; } =
        [nameof(LimitsConfig.Sessions), nameof(LimitsConfig.SessionsPerSource), nameof(LimitsConfig.Rate), nameof(LimitsConfig.Burst),
            nameof(LimitsConfig.RatePerSource),
         nameof(LimitsConfig.BurstPerSource), nameof(LimitsConfig.SourcePrefix)];

    public static IReadOnlyList<string> ProxyLimits { get; } = [.. Limits, nameof(ProxyLimitsConfig.BufferMemory)];

    public static IReadOnlyList<string> AppLimits { get; } =
        [.. Limits, nameof(AppLimitsConfig.SessionsPerTarget), nameof(AppLimitsConfig.Queue), nameof(AppLimitsConfig.QueueTimeout)];

    public static IReadOnlyList<string> SourcePrefix { get; } = [nameof(SourcePrefixConfig.IPv4), nameof(SourcePrefixConfig.IPv6)];

    public static IReadOnlyList<string> Health { get; } =
        [nameof(HealthConfig.Active), nameof(HealthConfig.Type), nameof(HealthConfig.Send), nameof(HealthConfig.Expect), nameof(HealthConfig.Port),
            nameof(HealthConfig.Address),
         nameof(HealthConfig.Interval), nameof(HealthConfig.FastInterval), nameof(HealthConfig.Timeout), nameof(HealthConfig.Rise), nameof(HealthConfig.Fall),
         nameof(HealthConfig.EjectAfter), nameof(HealthConfig.FailureRate), nameof(HealthConfig.FailureWindow), nameof(HealthConfig.FailureTries),
         nameof(HealthConfig.EjectFor), nameof(HealthConfig.EjectMax),
         nameof(HealthConfig.FirstByte), nameof(HealthConfig.EarlyClose), nameof(HealthConfig.PanicBelow), nameof(HealthConfig.OnDown),
         nameof(HealthConfig.OnRemove), nameof(HealthConfig.DownDrain)];

    public static IReadOnlyList<string> AccessLog { get; } = [nameof(AccessLogConfig.Sample)];

    public static IReadOnlyList<string> Resolver { get; } =
        [nameof(ResolverConfig.Servers), nameof(ResolverConfig.Family), nameof(ResolverConfig.MinTtl), nameof(ResolverConfig.MaxTtl)];
}
