using Microsoft.Extensions.Logging;

namespace Proxify.Health;

internal static partial class HealthLog
{
    [LoggerMessage(1400, LogLevel.Warning, "Target {Target} of app {App} is down: {Checks} checks in a row failed, the last one: {Result}. ({Suppressed} changes before were not logged)")]
    public static partial void TargetDown(ILogger logger, string app, string target, int checks, string result, long suppressed);

    [LoggerMessage(1401, LogLevel.Information, "Target {Target} of app {App} is up: {Checks} checks in a row succeeded. ({Suppressed} changes before were not logged)")]
    public static partial void TargetUp(ILogger logger, string app, string target, int checks, long suppressed);

    [LoggerMessage(1402, LogLevel.Warning, "Target {Target} of app {App} is ejected for {Seconds:0.###} s: {Cause}. ({Suppressed} changes before were not logged)")]
    public static partial void TargetEjected(ILogger logger, string app, string target, double seconds, string cause, long suppressed);

    [LoggerMessage(1403, LogLevel.Information, "Target {Target} of app {App} is back: {Why}. ({Suppressed} changes before were not logged)")]
    public static partial void TargetBack(ILogger logger, string app, string target, string why, long suppressed);

    [LoggerMessage(1404, LogLevel.Warning, "App {App} has {Up} of {Targets} targets available: all are used. ({Suppressed} changes before were not logged)")]
    public static partial void Panic(ILogger logger, string app, int up, int targets, long suppressed);

    [LoggerMessage(1405, LogLevel.Information, "App {App} has {Up} of {Targets} targets available: only these are used. ({Suppressed} changes before were not logged)")]
    public static partial void PanicOver(ILogger logger, string app, int up, int targets, long suppressed);
}
