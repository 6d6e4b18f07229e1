using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Proxify.Program.Logging;

internal static class LoggingBuilderExtensions
{
    private static readonly EventId s_linesDropped = new(1230, "LinesDropped");

    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(1.5);

    /// <summary>Log lines on standard output, or in a file.</summary>
    /// <param name="logging">Of a host.</param>
    /// <param name="json">JSON, or text.</param>
    /// <param name="level">The least that is logged.</param>
    /// <param name="file">Disposed of; null: standard output.</param>
    public static void AddProxifyLog(this ILoggingBuilder logging, bool json, LogLevel level, LogFile? file)
    {
        logging.SetMinimumLevel(LogLevel.Trace); // the providers look at theirs
        var levels = new LogLevelSwitch { Level = level };
        logging.Services.AddSingleton(levels);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // What keeps the proxy from starting is told on standard error, in words for its user.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Made by the container, so that it disposes of it: that writes what is still queued.
        logging.Services.AddSingleton<ILoggerProvider>(_ => CreateProvider(json, levels, file));
    }

    private static LineLogger CreateProvider(bool json, LogLevelSwitch levels, LogFile? file)
    {
        var formatter = new LogLineFormatter(json, file is null && Journal.IsStream(Output.StandardOutput), TimeProvider.System);
        return new LineLogger(formatter, new LineQueue(file ?? Console.OpenStandardOutput(), DescribeDropped, LongestFlush), levels);

        string DescribeDropped(long lines) =>
            formatter.Format(LogLevel.Warning, s_linesDropped, $"The log was not taken fast enough: {lines} log lines were dropped.",
                [new("Lines", lines)]);
    }
}
