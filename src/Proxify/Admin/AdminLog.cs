using Microsoft.Extensions.Logging;

namespace Proxify.Program.Admin;

internal static partial class AdminLog
{
    [LoggerMessage(1600, LogLevel.Information, "Administered at {Places}.")]
    public static partial void AdminListening(ILogger logger, string places);

    [LoggerMessage(1601, LogLevel.Warning, "There is no admin socket: {Problem}.")]
    public static partial void NoAdminSocket(ILogger logger, string problem);

    [LoggerMessage(1602, LogLevel.Error, "{Method} {Path} met a defect.")]
    public static partial void AdminRequestFailed(ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(1604, LogLevel.Warning, "{Place} has {Most} connections of people who administer this proxy, so another one was refused.{Suppressed}")]
    public static partial void AdminConnectionRefused(ILogger logger, string place, int most, Telemetry.Count suppressed);

    [LoggerMessage(1603, LogLevel.Information, "The least level that is logged is {Level}, after {Before}.")]
    public static partial void LogLevelSet(ILogger logger, string level, string before);
}
