using Microsoft.Extensions.Logging;

namespace Proxify.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(1200, LogLevel.Information, "Started: listening on {Endpoints} endpoints for {Apps} apps, transport {Transport}.")]
    public static partial void Started(ILogger logger, int endpoints, int apps, string transport);

    [LoggerMessage(1201, LogLevel.Information, "Config reloaded: listening on {Endpoints} endpoints for {Apps} apps.")]
    public static partial void ConfigReloaded(ILogger logger, int endpoints, int apps);

    [LoggerMessage(1202, LogLevel.Error, "Config rejected, the previous one stays in force: {Problems}")]
    public static partial void ConfigRejected(ILogger logger, string problems);

    [LoggerMessage(1203, LogLevel.Information, "Stopping: {Sessions} sessions may end by themselves.")]
    public static partial void Stopping(ILogger logger, int sessions);

    [LoggerMessage(1204, LogLevel.Information, "Stopped.")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(1205, LogLevel.Error, "The reload failed unexpectedly; the previous config stays in force.")]
    public static partial void ReloadFailed(ILogger logger, Exception exception);
}
