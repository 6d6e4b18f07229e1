using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Telemetry;

namespace Proxify.Tls;

internal static partial class TlsLog
{
    [LoggerMessage(1500, LogLevel.Information, "App {App}: new connections use what has changed in {Files}.")]
    public static partial void TlsFilesChanged(ILogger logger, string app, string files);

    [LoggerMessage(1501, LogLevel.Error, "App {App}: new connections use what its TLS files held before, because they are not good any more: {Problems}")]
    public static partial void TlsFilesRefused(ILogger logger, string app, string problems);

    [LoggerMessage(1502, LogLevel.Information, "App {App}: its TLS files hold again what is in use.")]
    public static partial void TlsFilesGoodAgain(ILogger logger, string app);

    [LoggerMessage(1503, LogLevel.Warning, "App {App}: {Warning}.")]
    private static partial void TlsFileWarning(ILogger logger, string app, string warning);

    [LoggerMessage(1504, LogLevel.Warning, "App {App}: {What} ({File}) expires within {Days}, at {Until:u}.")]
    public static partial void TlsFileExpires(ILogger logger, string app, string what, string file, Count days, DateTimeOffset until);

    [LoggerMessage(1505, LogLevel.Error, "App {App}: {What} ({File}) has expired, at {Until:u}.")]
    public static partial void TlsFileExpired(ILogger logger, string app, string what, string file, DateTimeOffset until);

    public static void TlsFilesRefused(ILogger logger, string app, IReadOnlyList<ConfigError> errors) =>
        TlsFilesRefused(logger, app, string.Join("; ", errors));

    public static void TlsFileWarnings(ILogger logger, string app, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
            TlsFileWarning(logger, app, warning);
    }
}
