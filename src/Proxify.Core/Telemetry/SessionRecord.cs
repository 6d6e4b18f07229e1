using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.Telemetry;

/// <summary>What is said of a session when it has ended, or while it goes on. Never payload.</summary>
internal sealed class SessionRecord : IReadOnlyList<KeyValuePair<string, object?>>
{
    private ArraySegment<KeyValuePair<string, object?>>? _values;

    /// <summary>What is written, in this order.</summary>
    public ImmutableArray<SessionField> Fields { get; init; } = SessionField.All;

    public required string App { get; init; }

    /// <summary>The local endpoint that the client connected to.</summary>
    public required TcpEndpoint Listen { get; init; }

    public required TcpEndpoint Client { get; init; }

    /// <summary>Null when no target was reached.</summary>
    public required TcpEndpoint? Target { get; init; }

    /// <summary>From the first dial to the established connection, failed tries included; null when no target was reached.</summary>
    public required TimeSpan? ConnectTime { get; init; }

    /// <summary>From accept to the end, or to now.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Bytes received from the client.</summary>
    public required long FromClient { get; init; }

    /// <summary>Bytes received from the target.</summary>
    public required long FromTarget { get; init; }

    /// <summary>Dials made.</summary>
    public required int Tries { get; init; }

    /// <summary>Null: it has not ended.</summary>
    public required TerminationReason? Reason { get; init; }

    /// <summary>More about the reason, in a few words; null as a rule.</summary>
    public string? Detail { get; init; }

    /// <summary>How many records of handshakes that failed were left out before this one.</summary>
    public long Suppressed { get; init; }

    /// <summary>The host that the client has asked for.</summary>
    public string? ServerName { get; init; }

    /// <summary>What the target knows the session by; null: it was not told.</summary>
    public string? UniqueId { get; init; }

    /// <summary>Requests that went over connections that it shares; null: its app's are not known.</summary>
    public long? Requests { get; init; }

    /// <summary>Why it has got a connection of its own after all.</summary>
    public string? Own { get; init; }

    /// <summary>The balancer that has spoken for the client; null: it has come by itself.</summary>
    public TcpEndpoint? Via { get; init; }

    /// <summary>Of a client with which TLS was agreed on.</summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>In a few words, for those who have the fields besides.</summary>
    public string Summary => Reason is { } reason ? $"session of app {App} ended: {reason.ToWord()}" : $"session of app {App} goes on";

    public int Count => Values.Count;

    public KeyValuePair<string, object?> this[int index] => Values[index];

    private ArraySegment<KeyValuePair<string, object?>> Values => _values ??= ValuesOf(Fields);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString()
    {
        var line = new DefaultInterpolatedStringHandler(256, 0, CultureInfo.InvariantCulture);
        line.AppendLiteral(Reason is null ? "interim" : "session");
        foreach (var (name, value) in Values)
        {
            line.AppendLiteral(" ");
            line.AppendLiteral(name);
            line.AppendLiteral("=");
            switch (value)
            {
                case null:
                    line.AppendLiteral("-");
                    break;
                case double number:
                    line.AppendFormatted(number, "0.00");
                    break;
                case string text:
                    line.AppendLiteral(Quoted(text));
                    break;
                default:
                    line.AppendFormatted(value);
                    break;
            }
        }

        return line.ToStringAndClear();
    }

    private ArraySegment<KeyValuePair<string, object?>> ValuesOf(ImmutableArray<SessionField> fields)
    {
        var values = new KeyValuePair<string, object?>[fields.Length];
        var count = 0;
        foreach (var field in fields)
        {
            var value = field.Value(this);
            if (value is not null || !field.IsOptional)
                values[count++] = new(field.Name, value);
        }

        return new(values, 0, count);
    }

    // A name may hold spaces; the line stays one of key=value words.
    private static string Quoted(string name) => name.AsSpan().ContainsAny(" \"=\\") ? $"\"{name.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"" : name;
}
