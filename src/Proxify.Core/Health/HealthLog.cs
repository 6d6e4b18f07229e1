using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Health;

internal static partial class HealthLog
{
    /// <summary>Lines that a target, or an app's panic, may write at once; then one per <see cref="OneLinePer"/>.</summary>
    public const int Burst = 6;

    public static readonly TimeSpan OneLinePer = TimeSpan.FromSeconds(10);

    /// <summary>What flaps five times a second shall not fill the log.</summary>
    public static LogThrottle Throttle() => new(Burst,
        static held => Count.Besides(held, held == 1 ? "change before was not logged" : "changes before were not logged"));

    [LoggerMessage(1400, LogLevel.Warning, "Target {Target} of app {App} is down: {Checks} in a row failed, the last one: {Result}.{Suppressed}")]
    public static partial void TargetDown(ILogger logger, string app, string target, Count checks, string result, Count suppressed);

    [LoggerMessage(1401, LogLevel.Information, "Target {Target} of app {App} is up: {Checks} in a row succeeded.{Suppressed}")]
    public static partial void TargetUp(ILogger logger, string app, string target, Count checks, Count suppressed);

    [LoggerMessage(1402, LogLevel.Warning, "Target {Target} of app {App} is ejected for {Seconds:0.###} s: {Cause}.{Suppressed}")]
    public static partial void TargetEjected(ILogger logger, string app, string target, double seconds, string cause, Count suppressed);

    [LoggerMessage(1403, LogLevel.Information, "Target {Target} of app {App} is back: {Why}.{Suppressed}")]
    public static partial void TargetBack(ILogger logger, string app, string target, string why, Count suppressed);

    [LoggerMessage(1404, LogLevel.Warning, "App {App} has {Up} of {Targets} targets available: all are used.{Suppressed}")]
    public static partial void Panic(ILogger logger, string app, int up, int targets, Count suppressed);

    [LoggerMessage(1405, LogLevel.Information, "App {App} has {Up} of {Targets} targets available: only these are used.{Suppressed}")]
    public static partial void PanicOver(ILogger logger, string app, int up, int targets, Count suppressed);
}
