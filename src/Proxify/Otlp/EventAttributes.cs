using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Logs;
using Proxify.Telemetry;

namespace Proxify.Program.Otlp;

/// <summary>Names an event's fields as all other signals do, and leaves out what the SDK puts beside them: the message's template.</summary>
internal sealed class EventAttributes : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data) => data.Attributes = data.Attributes is null ? null
        :
        [
            .. from field in data.Attributes
               where field.Key != "{OriginalFormat}" && field.Value is not null
               select new KeyValuePair<string, object?>(
                   $"proxify.{JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Key)}", field.Value is Count count ? count.Value : field.Value),
        ];
}
