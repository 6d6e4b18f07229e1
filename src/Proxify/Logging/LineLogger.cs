using Microsoft.Extensions.Logging;

namespace Proxify.Program.Logging;

/// <summary>Events as lines of a <see cref="LineQueue"/>. Categories are the factory's filters.</summary>
internal sealed class LineLogger(ILogFormat format, LineQueue lines, LogLevelSwitch levels) : ILoggerProvider, ILogger
{
    public LogLevelSwitch Levels => levels;

    /// <summary>How many lines nobody has taken in time since the start.</summary>
    public long LinesDropped => lines.Dropped;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= levels.Level && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Add(format.Format(logLevel, eventId, formatter(state, exception), state as IReadOnlyList<KeyValuePair<string, object?>>, exception));

    /// <summary>Writes what is queued.</summary>
    public void Dispose() => lines.Dispose();
}
