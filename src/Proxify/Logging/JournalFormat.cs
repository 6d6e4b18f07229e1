using System.Text;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;

namespace Proxify.Program.Logging;

/// <summary>
/// An event as systemd's journal takes it on its socket: a field in each line, as <c>PROXIFY_APP=web</c> (systemd's JOURNAL_NATIVE_PROTOCOL). No value has a
/// line end, so none needs the form with a length.
/// </summary>
internal sealed class JournalFormat : ILogFormat
{
    public const string Socket = "/run/systemd/journal/socket";

    public string Format(LogLevel level, EventId id, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields = null, Exception? exception = null)
    {
        var entry = new StringBuilder()
            .Append($"MESSAGE={LogFields.Message(message, fields)}\nPRIORITY={LogFields.Severity(level)}\nSYSLOG_IDENTIFIER=proxify\n");
        if (id.Name is { } name)
            entry.Append($"PROXIFY_EVENT={Printable.Line(name)}\nPROXIFY_ID={id.Id}\n");
        foreach (var (field, value) in LogFields.Of(fields, exception))
            entry.Append($"PROXIFY_{field.ToUpperInvariant()}={value}\n");
        return entry.ToString();
    }
}
