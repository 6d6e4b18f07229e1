using Microsoft.Extensions.Logging;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

internal static partial class SessionsLog
{
    [LoggerMessage(1100, LogLevel.Warning, "No target of app {App} could be reached: {Tries} tried, the last failed with {Error}.{Suppressed}")]
    public static partial void ConnectFailed(ILogger logger, string app, int tries, string error, Count suppressed);

    [LoggerMessage(1101, LogLevel.Error,
        "Loop: a target of app {App} leads back to proxify itself (client {Client}, listening on {Listen}). The connection is refused.{Suppressed}")]
    public static partial void Loop(ILogger logger, string app, TcpEndpoint client, TcpEndpoint listen, Count suppressed);

    [LoggerMessage(1102, LogLevel.Warning, "No app has {Listen}; the connection of {Client} is refused.{Suppressed}")]
    public static partial void NoRoute(ILogger logger, TcpEndpoint listen, TcpEndpoint client, Count suppressed);

    [LoggerMessage(1103, LogLevel.Warning, "App {App}: a connection is refused by a limit ({Limit}).{Suppressed}")]
    public static partial void LimitReached(ILogger logger, string app, string limit, Count suppressed);

    [LoggerMessage(1104, LogLevel.Information, "App {App}: {Connections} refused by {Rule}, such as {Client}.")]
    public static partial void Refused(ILogger logger, string app, Count connections, string rule, TcpEndpoint client);

    [LoggerMessage(1105, LogLevel.Information, "{Connections} refused by {Rules}.")]
    public static partial void MoreRefused(ILogger logger, Count connections, Count rules);

    [LoggerMessage(1109, LogLevel.Warning, "App {App}: target {Target} cannot be dialled from {Source}: {Problem}.{Suppressed}")]
    public static partial void SourceUnusable(ILogger logger, string app, TcpEndpoint target, string source, string problem, Count suppressed);

    [LoggerMessage(1406, LogLevel.Warning, "Target {Target} is down or gone: {Sessions} will be reset within {Seconds:0.###} s.")]
    public static partial void TargetSessionsReset(ILogger logger, string target, Count sessions, double seconds);

    [LoggerMessage(1110, LogLevel.Error, "Cannot accept on {Listen}: {Error}. Pausing, then trying again; clients wait meanwhile.{Suppressed}")]
    public static partial void AcceptPaused(ILogger logger, TcpEndpoint listen, string error, Count suppressed);

    [LoggerMessage(1111, LogLevel.Critical, "Stopped accepting on {Listen}: {Error}.")]
    public static partial void AcceptStopped(ILogger logger, TcpEndpoint listen, string error);

    [LoggerMessage(1112, LogLevel.Error, "A session on {Listen} failed; it alone is lost.")]
    public static partial void SessionFailed(ILogger logger, TcpEndpoint listen, Exception exception);
}
