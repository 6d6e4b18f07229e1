using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Proxify.Telemetry;

namespace Proxify.Program.Logging;

/// <summary>One line per event: for people (<c>time level message</c>) or as a flat JSON object.</summary>
internal sealed class LogLineFormatter(bool json, TimeProvider timeProvider) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "proxify";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (json)
            WriteJson(logEntry, textWriter);
        else
            WriteText(logEntry, textWriter);
    }

    private string Now => timeProvider.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

    private void WriteText<TState>(in LogEntry<TState> entry, TextWriter writer)
    {
        writer.Write(Now);
        writer.Write(' ');
        writer.Write(LogLevels.Word(entry.LogLevel).PadRight(5));
        writer.Write(' ');
        writer.Write(entry.Formatter(entry.State, entry.Exception).ReplaceLineEndings(" "));
        if (entry.Exception is { } exception)
        {
            writer.Write(' ');
            writer.Write(exception.ToString().ReplaceLineEndings(" "));
        }

        writer.Write('\n');
    }

    private void WriteJson<TState>(in LogEntry<TState> entry, TextWriter writer)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var line = new Utf8JsonWriter(buffer))
        {
            line.WriteStartObject();
            line.WriteString("time", Now);
            line.WriteString("level", LogLevels.Word(entry.LogLevel));
            line.WriteString("event", entry.EventId.Name);
            line.WriteNumber("id", entry.EventId.Id);
            if (entry.State is not SessionRecord)
                line.WriteString("message", entry.Formatter(entry.State, entry.Exception));
            if (entry.State is IReadOnlyList<KeyValuePair<string, object?>> fields)
            {
                foreach (var (name, value) in fields)
                {
                    if (name != "{OriginalFormat}")
                        WriteField(line, JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value);
                }
            }

            if (entry.Exception is { } exception)
                line.WriteString("exception", exception.ToString());
            line.WriteEndObject();
        }

        writer.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        writer.Write('\n');
    }

    private static void WriteField(Utf8JsonWriter line, string name, object? value)
    {
        switch (value)
        {
            case null:
                line.WriteNull(name);
                break;
            case int number:
                line.WriteNumber(name, number);
                break;
            case long number:
                line.WriteNumber(name, number);
                break;
            case double number:
                line.WriteNumber(name, number);
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
