using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Program.Admin.Views;
using Proxify.Program.Logging;

namespace Proxify.Program.Admin;

/// <summary>The last events of the log, and those to come, for those who ask: not the records of sessions.</summary>
internal sealed class EventHistory(TimeProvider timeProvider) : ILoggerProvider, ILogger
{
    private const int Kept = 1000;

    /// <summary>Who reads too slowly misses the oldest of them.</summary>
    private const int MostUnread = 256;

    private readonly Lock _gate = new();
    private readonly Queue<EventView> _events = new(Kept);
    private ImmutableList<Channel<EventView>> _readers = [];
    private long _number;

    public ILogger CreateLogger(string categoryName) => categoryName == "Proxify" ? this : NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var message = formatter(state, exception);
        var fields = Fields(state as IReadOnlyList<KeyValuePair<string, object?>> ?? []);
        lock (_gate)
        {
            var view = new EventView(++_number, timeProvider.GetUtcNow(), LogLevels.Word(logLevel), eventId.Name, eventId.Id, message, fields);
            if (_events.Count == Kept)
                _events.Dequeue();
            _events.Enqueue(view);
            foreach (var reader in _readers)
                reader.Writer.TryWrite(view);
        }
    }

    /// <summary>Those after a number, the oldest first.</summary>
    public IReadOnlyList<EventView> After(long number)
    {
        lock (_gate)
            return [.. _events.Where(e => e.Number > number)];
    }

    /// <summary>Those after a number, and each that comes, until it is cancelled.</summary>
    public async IAsyncEnumerable<EventView> FollowAsync(long number, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<EventView>(new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropOldest });
        IReadOnlyList<EventView> before;
        lock (_gate)
        {
            before = After(number);
            _readers = _readers.Add(channel);
        }

        try
        {
            foreach (var view in before)
                yield return view;
            await foreach (var view in channel.Reader.ReadAllAsync(cancellation))
                yield return view;
        }
        finally
        {
            lock (_gate)
                _readers = _readers.Remove(channel);
        }
    }

    public void Dispose()
    {
    }

    private static Dictionary<string, string> Fields(IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (name != "{OriginalFormat}")
                fields[System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name)] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }

        return fields;
    }
}
