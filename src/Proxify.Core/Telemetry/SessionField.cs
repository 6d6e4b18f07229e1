using System.Collections.Immutable;

namespace Proxify.Telemetry;

/// <summary>A field of the access record.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Value">Null: the session has none.</param>
internal sealed record SessionField(string Name, Func<SessionRecord, object?> Value)
{
    /// <summary>Only some sessions have it: it is left out of the records of all others.</summary>
    public bool IsOptional { get; private init; }

    /// <summary>Every field, in the order in which they are written by default.</summary>
    public static ImmutableArray<SessionField> All { get; } =
    [
        new("app", static r => r.App),
        new("listen", static r => r.Listen),
        new("client", static r => r.Client),
        new("target", static r => r.Target),
        new("connect_ms", static r => r.ConnectTime is { } time ? Milliseconds(time) : null),
        new("duration_ms", static r => Milliseconds(r.Duration)),
        new("from_client", static r => r.FromClient),
        new("from_target", static r => r.FromTarget),
        new("tries", static r => r.Tries),
        new("reason", static r => r.Reason?.ToWord()),
        Optional("via", static r => r.Via),
        Optional("detail", static r => r.Detail),
        Optional("tls", static r => r.Tls?.Version),
        Optional("cipher", static r => r.Tls?.Cipher),
        Optional("server_name", static r => r.ServerName),
        Optional("alpn", static r => r.Tls?.Protocol),
        Optional("client_certificate", static r => r.Tls?.Peer?.Subject),
        Optional("unique_id", static r => r.UniqueId),
        Optional("requests", static r => r.Requests),
        Optional("own", static r => r.Own),
        Optional("suppressed", static r => r.Suppressed == 0 ? null : r.Suppressed),
    ];

    /// <exception cref="InvalidOperationException">There is none of that name.</exception>
    public static SessionField Named(string name) => All.First(field => field.Name == name);

    private static SessionField Optional(string name, Func<SessionRecord, object?> value) => new(name, value) { IsOptional = true };

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
