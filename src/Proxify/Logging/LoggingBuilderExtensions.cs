using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Proxify.Program.Logging;

internal static class LoggingBuilderExtensions
{
    /// <summary>Log lines on standard output. The queue is bounded and drops when nobody reads: a stuck terminal must not stop the proxy.</summary>
    public static void AddProxifyConsole(this ILoggingBuilder logging, bool json, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // What keeps the proxy from starting is told on standard error, in words for its user.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddConsole(options =>
        {
            options.FormatterName = LogLineFormatter.FormatterName;
            options.MaxQueueLength = 16 * 1024;
            options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        logging.Services.AddSingleton<ConsoleFormatter>(new LogLineFormatter(json, TimeProvider.System));
    }
}
