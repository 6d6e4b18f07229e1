using Microsoft.Extensions.Logging;

namespace Proxify.Program.Admin;

internal static partial class AdminLog
{
    [LoggerMessage(1600, LogLevel.Information, "Administered at {Places}.")]
    public static partial void Listening(ILogger logger, string places);

    [LoggerMessage(1601, LogLevel.Warning, "There is no admin socket: {Problem}.")]
    public static partial void NoSocket(ILogger logger, string problem);

    [LoggerMessage(1602, LogLevel.Error, "{Method} {Path} met a defect.")]
    public static partial void Failed(ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(1603, LogLevel.Information, "The least level that is logged is {Level}, after {Before}.")]
    public static partial void LogLevelSet(ILogger logger, string level, string before);
}
