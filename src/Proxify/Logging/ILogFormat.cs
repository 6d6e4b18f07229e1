using Microsoft.Extensions.Logging;

namespace Proxify.Program.Logging;

/// <summary>How an event is written.</summary>
internal interface ILogFormat
{
    /// <returns>All of it: a line with its end, or a datagram. Whatever the event holds from outside, it is one event.</returns>
    string Format(LogLevel level, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields = null, Exception? exception = null);
}
