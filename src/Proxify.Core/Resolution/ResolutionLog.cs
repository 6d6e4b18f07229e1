using Microsoft.Extensions.Logging;

namespace Proxify.Resolution;

internal static partial class ResolutionLog
{
    [LoggerMessage(1300, LogLevel.Warning, "Target name {Host} does not resolve: {Problem}. Last known addresses stay in use; trying again every 5 s.")]
    public static partial void NameNotResolved(ILogger logger, string host, string problem);

    [LoggerMessage(1303, LogLevel.Warning, "Target name {Host} has an answer of which a part is left out: {Flaw}.")]
    public static partial void NameAnswerFlawed(ILogger logger, string host, string flaw);

    [LoggerMessage(1301, LogLevel.Information, "Target name {Host} resolves again.")]
    public static partial void NameResolvedAgain(ILogger logger, string host);

    [LoggerMessage(1302, LogLevel.Information, "Target name {Host} has other addresses: {Count} in all, new: {Added}, gone: {Removed}.")]
    public static partial void TargetAddressesChanged(ILogger logger, string host, int count, string added, string removed);
}
