using Microsoft.Extensions.Logging;

namespace Proxify.Program;

/// <summary>Tells beside the log what a start would log as a warning or worse about a config.</summary>
/// <param name="file">The config's, as the user wrote it.</param>
/// <param name="json">The log's format.</param>
internal sealed class WarningLogger(string file, bool json) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Output.WriteWarning($"{file}: warning: {formatter(state, exception)}", eventId, json);
}
