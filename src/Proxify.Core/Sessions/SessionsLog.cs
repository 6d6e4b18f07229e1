using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Proxify.Transport;

namespace Proxify.Sessions;

internal static partial class SessionsLog
{
    [LoggerMessage(1100, LogLevel.Warning, "No target of app {App} could be reached: {Tries} tried, the last failed with {Error}. ({Suppressed} more since the last such line)")]
    public static partial void ConnectFailed(ILogger logger, string app, int tries, string error, long suppressed);

    [LoggerMessage(1101, LogLevel.Error, "Loop: a target of app {App} leads back to proxify itself (client {Client}, listening on {Listen}). The connection is refused. ({Suppressed} more since the last such line)")]
    public static partial void Loop(ILogger logger, string app, TcpEndpoint client, TcpEndpoint listen, long suppressed);

    [LoggerMessage(1102, LogLevel.Warning, "No app has {Listen}; the connection of {Client} is refused. ({Suppressed} more since the last such line)")]
    public static partial void NoRoute(ILogger logger, TcpEndpoint listen, TcpEndpoint client, long suppressed);

    [LoggerMessage(1103, LogLevel.Warning, "App {App}: a connection is refused by a limit ({Limit}). ({Suppressed} more since the last such line)")]
    public static partial void LimitReached(ILogger logger, string app, string limit, long suppressed);

    [LoggerMessage(1406, LogLevel.Warning, "Target {Target} is down or gone: its {Sessions} sessions are reset within {Seconds:0.###} s.")]
    public static partial void TargetSessionsReset(ILogger logger, string target, int sessions, double seconds);

    [LoggerMessage(1110, LogLevel.Error, "Cannot accept on {Listen}: {Error}. Pausing, then trying again; clients wait meanwhile. ({Suppressed} more since the last such line)")]
    public static partial void AcceptPaused(ILogger logger, TcpEndpoint listen, SocketError error, long suppressed);

    [LoggerMessage(1111, LogLevel.Critical, "Stopped accepting on {Listen}: {Error}.")]
    public static partial void AcceptStopped(ILogger logger, TcpEndpoint listen, SocketError error);

    [LoggerMessage(1112, LogLevel.Error, "A session on {Listen} failed; it alone is lost.")]
    public static partial void SessionFailed(ILogger logger, TcpEndpoint listen, Exception exception);
}
