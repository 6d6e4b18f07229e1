using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Telemetry;

namespace Proxify.Program.Logging;

/// <summary>
/// One line per event: for people (<c>time level message</c>) or as a flat JSON object. Whatever an event holds from outside, it stays one line and does
/// nothing to a terminal: every character passes here.
/// </summary>
/// <param name="json">Which of the two.</param>
/// <param name="toJournal">Lines begin with their priority, and text without a time.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LogLineFormatter(bool json, bool toJournal, TimeProvider timeProvider) : ILogFormat
{
    private string Now => timeProvider.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

    /// <returns>The line with its end.</returns>
    public string Format(LogLevel level, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields = null,
        Exception? exception = null) =>
        $"{(toJournal ? Journal.Prefix(level) : "")}{(json ? Json(level, id, message, fields, exception) : Text(level, message, exception))}\n";

    private string Text(LogLevel level, string message, Exception? exception)
    {
        var line = exception is null ? message : $"{message} {exception}".ReplaceLineEndings(" ");
        return $"{(toJournal ? "" : $"{Now} ")}{LogLevels.Word(level),-5} {Printable.Line(line)}";
    }

    private string Json(LogLevel level, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields, Exception? exception)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var line = new Utf8JsonWriter(buffer))
        {
            line.WriteStartObject();
            line.WriteString("time", Now);
            line.WriteString("level", LogLevels.Word(level));
            line.WriteString("event", id.Name);
            line.WriteNumber("id", id.Id);
            line.WriteString("message", fields is SessionRecord record ? record.Summary : message);
            foreach (var (name, value) in fields ?? [])
            {
                if (name != "{OriginalFormat}")
                    WriteField(line, JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value);
            }

            if (exception is not null)
                line.WriteString("exception", exception.ToString());
            line.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteField(Utf8JsonWriter line, string name, object? value)
    {
        switch (value)
        {
            case null:
                line.WriteNull(name);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                line.WriteNumber(name, Convert.ToInt64(value));
                break;
            case ulong number:
                line.WriteNumber(name, number);
                break;
            case double number:
                line.WriteNumber(name, number);
                break;
            case Count count:
                line.WriteNumber(name, count.Value);
                break;
            case bool flag:
                line.WriteBoolean(name, flag);
                break;
            default:
                line.WriteString(name, value.ToString());
                break;
        }
    }
}
