using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Keeps what is logged: the event's name and the values of its message.</summary>
internal sealed class EventLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<(string? Name, IReadOnlyDictionary<string, object?> Values)> Events { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Events.Enqueue((eventId.Name, state is IEnumerable<KeyValuePair<string, object?>> values ? values.ToDictionary(StringComparer.Ordinal) : []));

    public void Dispose()
    {
    }
}
