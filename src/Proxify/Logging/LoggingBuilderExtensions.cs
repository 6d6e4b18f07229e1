using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Proxify.Program.Logging;

internal static class LoggingBuilderExtensions
{
    private static readonly EventId s_linesDropped = new(1230, "LinesDropped");

    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(1.5);

    /// <summary>Log lines on standard output, in a file, or at a socket.</summary>
    /// <param name="logging">Of a host.</param>
    /// <param name="format">A word of <see cref="LogFormats"/>.</param>
    /// <param name="level">The least that is logged.</param>
    /// <param name="output">Disposed of; null: standard output.</param>
    public static void AddProxifyLog(this ILoggingBuilder logging, string format, LogLevel level, WriteOnlyStream? output)
    {
        logging.SetMinimumLevel(LogLevel.Trace); // the providers look at theirs
        var levels = new LogLevelSwitch { Level = level };
        logging.Services.AddSingleton(levels);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // What keeps the proxy from starting is told on standard error, in words for its user.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Made by the container, so that it disposes of it: that writes what is still queued.
        logging.Services.AddSingleton(_ => CreateLogger(format, levels, output));
        logging.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<LineLogger>());
    }

    private static LineLogger CreateLogger(string word, LogLevelSwitch levels, WriteOnlyStream? output)
    {
        var format = LogFormats.Create(word, toJournal: output is null && Journal.IsStream(Output.StandardOutput));
        var lines = new LineQueue(output ?? Console.OpenStandardOutput(), DescribeDropped, LongestFlush, oneAtATime: output is DatagramStream);
        return new LineLogger(format, lines, levels);

        string DescribeDropped(long dropped) =>
            format.Format(LogLevel.Warning, s_linesDropped, $"The log was not taken fast enough: {dropped} log lines were dropped.", [new("Lines", dropped)]);
    }
}
