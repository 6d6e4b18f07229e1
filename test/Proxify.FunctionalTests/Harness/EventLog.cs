using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Keeps what is logged: the event's name and the values of its message.</summary>
internal sealed class EventLog : ILoggerFactory, ILogger
{
    private readonly Channel<(string? Name, IReadOnlyDictionary<string, object?> Values)> _written =
        Channel.CreateUnbounded<(string? Name, IReadOnlyDictionary<string, object?> Values)>();

    public ConcurrentQueue<(string? Name, IReadOnlyDictionary<string, object?> Values)> Events { get; } = [];

    /// <summary>Waits for the next event of this name, of those that nobody has waited for.</summary>
    public async Task<IReadOnlyDictionary<string, object?>> WaitForAsync(string name)
    {
        while (true)
        {
            var (found, values) = await _written.Reader.ReadAsync().AsTask().Within();
            if (found == name)
                return values;
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        (string? Name, IReadOnlyDictionary<string, object?> Values) written =
            (eventId.Name, state is IEnumerable<KeyValuePair<string, object?>> values ? values.ToDictionary(StringComparer.Ordinal) : []);
        Events.Enqueue(written);
        _written.Writer.TryWrite(written);
    }

    public void Dispose()
    {
    }
}
