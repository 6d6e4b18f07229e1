using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Proxify.Program.Logging;

internal static class LoggingBuilderExtensions
{
    private static readonly EventId s_linesDropped = new(1230, "LinesDropped");

    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(1.5);

    /// <summary>Log lines on standard output.</summary>
    public static void AddProxifyConsole(this ILoggingBuilder logging, bool json, LogLevel level)
    {
        logging.SetMinimumLevel(LogLevel.Trace); // the providers look at theirs
        var levels = new LogLevelSwitch { Level = level };
        logging.Services.AddSingleton(levels);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // What keeps the proxy from starting is told on standard error, in words for its user.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Made by the container, so that it disposes of it: that writes what is still queued.
        logging.Services.AddSingleton<ILoggerProvider>(_ => CreateProvider(json, levels));
    }

    private static LineLogger CreateProvider(bool json, LogLevelSwitch levels)
    {
        var formatter = new LogLineFormatter(json, Journal.IsStream(Output.StandardOutput), TimeProvider.System);
        return new LineLogger(formatter, new LineQueue(Console.OpenStandardOutput(), DescribeDropped, LongestFlush), levels);

        string DescribeDropped(long lines) =>
            formatter.Format(LogLevel.Warning, s_linesDropped, $"Standard output was not read fast enough: {lines} log lines were dropped.",
                [new("Lines", lines)]);
    }
}
