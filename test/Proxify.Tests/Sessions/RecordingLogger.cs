using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Tests.Sessions;

/// <summary>Keeps what is logged: the records, the ids of all events, and the last line of any other.</summary>
internal sealed class RecordingLogger : ILogger
{
    public List<SessionRecord> Records { get; } = [];

    public List<int> Events { get; } = [];

    public string LastLine { get; private set; } = "";

    public Action? OnRecord { get; set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Events.Add(eventId.Id);
        if (state is not SessionRecord record)
        {
            LastLine = formatter(state, exception);
            return;
        }

        Records.Add(record);
        OnRecord?.Invoke();
    }
}
