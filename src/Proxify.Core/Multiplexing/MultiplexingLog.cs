using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Multiplexing;

/// <summary>What is logged of shared connections.</summary>
internal static partial class MultiplexingLog
{
    [LoggerMessage(1700, LogLevel.Error, "app \"{app}\": a shared connection to {target} has met a defect")]
    public static partial void ConnectionFailed(ILogger logger, string app, string target, Exception exception);

    [LoggerMessage(1702, LogLevel.Warning, "app \"{app}\": nothing of {target} is kept, as it does not tell which keys change: "
        + "it takes Redis 6 or later, and leave to use CLIENT TRACKING{suppressed}")]
    public static partial void NoChangeFeed(ILogger logger, string app, string target, Count suppressed);

    [LoggerMessage(1701, LogLevel.Warning, "app \"{app}\": {command} took {milliseconds:0.0} ms at {target}{suppressed}")]
    public static partial void SlowRequest(ILogger logger, string app, string target, string command, double milliseconds, Count suppressed);
}
