using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Telemetry;

namespace Proxify.Program.Logging;

/// <summary>What formats share that write an event's fields apart from its message.</summary>
internal static class LogFields
{
    /// <summary>In a few words where the fields are written besides.</summary>
    public static string Message(string message, IReadOnlyList<KeyValuePair<string, object?>>? fields) =>
        Printable.Line(fields is SessionRecord record ? record.Summary : message);

    /// <summary>Those that the event has, by the names of JSON lines, as text in one line.</summary>
    public static IEnumerable<(string Name, string Value)> Of(IReadOnlyList<KeyValuePair<string, object?>>? fields, Exception? exception)
    {
        foreach (var (name, value) in fields ?? [])
        {
            if (name != "{OriginalFormat}" && value is not null)
            {
                yield return (JsonNamingPolicy.SnakeCaseLower.ConvertName(name),
                    Printable.Line(value is Count count ? $"{count.Value}" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
            }
        }

        if (exception is not null)
            yield return ("exception", Printable.Line($"{exception}".ReplaceLineEndings(" ")));
    }

    /// <summary>The severity of syslog(3) and RFC 5424, which systemd calls priority.</summary>
    public static int Severity(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };
}
