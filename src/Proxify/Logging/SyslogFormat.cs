using System.Text;
using Microsoft.Extensions.Logging;

namespace Proxify.Program.Logging;

/// <summary>An event as RFC 5424 has it, its fields as structured data.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class SyslogFormat(TimeProvider timeProvider) : ILogFormat
{
    public const string Socket = "/dev/log";

    /// <summary>Daemons (section 6.2.1).</summary>
    private const int Facility = 3;

    /// <summary>The number is that of examples and documentation (RFC 5612): the program has no enterprise of its own.</summary>
    private const string DataId = "proxify@32473";

    private readonly string _source = $"{Environment.MachineName} proxify {Environment.ProcessId}";

    public string Format(LogLevel level, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields = null, Exception? exception = null)
    {
        var time = timeProvider.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
        var line = new StringBuilder().Append($"<{(Facility * 8) + LogFields.Severity(level)}>1 {time} {_source} {MessageId(id)} [{DataId} id=\"{id.Id}\"");
        foreach (var (name, value) in LogFields.Of(fields, exception))
            line.Append($" {name}=\"{Escaped(value)}\"");
        return line.Append($"] {LogFields.Message(message, fields)}").ToString();
    }

    // Section 6.2.7.
    private static string MessageId(EventId id) => id.Name is { Length: > 0 and <= 32 } name && !name.AsSpan().ContainsAnyExceptInRange('!', '~') ? name : "-";

    // Section 6.3.3.
    private static string Escaped(string value) => value.AsSpan().ContainsAny('"', '\\', ']')
        ? value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("]", "\\]") : value;
}
