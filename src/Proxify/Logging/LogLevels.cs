using Microsoft.Extensions.Logging;

namespace Proxify.Program.Logging;

/// <summary>The levels by the words of the command line and of log lines.</summary>
internal static class LogLevels
{
    public static IReadOnlyDictionary<string, LogLevel> Words { get; } = new Dictionary<string, LogLevel>(StringComparer.Ordinal)
    {
        ["trace"] = LogLevel.Trace,
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Information,
        ["warn"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
        ["fatal"] = LogLevel.Critical,
    };

    public static string Word(LogLevel level) => Words.First(w => w.Value == level).Key;
}
