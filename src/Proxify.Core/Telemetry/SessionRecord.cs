using System.Collections;
using System.Globalization;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.Telemetry;

/// <summary>What is said of a session when it has ended. Never payload.</summary>
internal sealed class SessionRecord : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const int Fields = 10;

    private KeyValuePair<string, object?>[]? _more;

    public required string App { get; init; }

    /// <summary>The local endpoint that the client connected to.</summary>
    public required TcpEndpoint Listen { get; init; }

    public required TcpEndpoint Client { get; init; }

    /// <summary>Null when no target was reached.</summary>
    public required TcpEndpoint? Target { get; init; }

    /// <summary>From the first dial to the established connection, failed tries included; null when no target was reached.</summary>
    public required TimeSpan? ConnectTime { get; init; }

    /// <summary>From accept to the end.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Bytes received from the client.</summary>
    public required long FromClient { get; init; }

    /// <summary>Bytes received from the target.</summary>
    public required long FromTarget { get; init; }

    /// <summary>Dials made.</summary>
    public required int Tries { get; init; }

    public required TerminationReason Reason { get; init; }

    /// <summary>More about the reason, in a few words; null as a rule.</summary>
    public string? Detail { get; init; }

    /// <summary>How many records of handshakes that failed were left out before this one.</summary>
    public long Suppressed { get; init; }

    /// <summary>The host that the client has asked for.</summary>
    public string? ServerName { get; init; }

    /// <summary>What the target knows the session by; null: it was not told.</summary>
    public string? UniqueId { get; init; }

    /// <summary>The balancer that has spoken for the client; null: it has come by itself.</summary>
    public TcpEndpoint? Via { get; init; }

    /// <summary>Of a client with which TLS was agreed on.</summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>In a few words, for those who have the fields besides.</summary>
    public string Summary => $"session of app {App} ended: {Reason.ToWord()}";

    public int Count => Fields + More.Length;

    /// <summary>The fields in the order in which they are written.</summary>
    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("app", App),
        1 => new("listen", Listen),
        2 => new("client", Client),
        3 => new("target", Target),
        4 => new("connect_ms", ConnectTime is { } time ? Milliseconds(time) : null),
        5 => new("duration_ms", Milliseconds(Duration)),
        6 => new("from_client", FromClient),
        7 => new("from_target", FromTarget),
        8 => new("tries", Tries),
        9 => new("reason", Reason.ToWord()),
        _ => More[index - Fields],
    };

    /// <summary>What only some have.</summary>
    private KeyValuePair<string, object?>[] More => _more ??= Array.FindAll<KeyValuePair<string, object?>>(
        [
            new("via", Via?.ToString()),
            new("detail", Detail), new("tls", Tls?.Version), new("cipher", Tls?.Cipher), new("server_name", ServerName), new("alpn", Tls?.Protocol),
            new("client_certificate", Tls?.Peer?.Subject), new("unique_id", UniqueId), new("suppressed", Suppressed == 0 ? null : Suppressed),
        ],
        static more => more.Value is not null);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString()
    {
        var target = Target is { } t ? t.ToString() : "-";
        var connect = ConnectTime is { } time ? Milliseconds(time).ToString("0.00", CultureInfo.InvariantCulture) : "-";
        return string.Create(CultureInfo.InvariantCulture,
            $"session app={Quoted(App)} listen={Listen} client={Client} target={target} connect_ms={connect} duration_ms={Milliseconds(Duration):0.00} " +
            $"from_client={FromClient} from_target={FromTarget} tries={Tries} reason={Reason.ToWord()}{string.Concat(More.Select(static more => $" {more.Key}={Quoted($"{more.Value}")}"))}");
    }

    // A name may hold spaces; the line stays one of key=value words.
    private static string Quoted(string name) => name.AsSpan().ContainsAny(" \"=\\") ? $"\"{name.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"" : name;

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
