using System.Net.Sockets;
using Proxify.Prefaces;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.Health;

/// <summary>A TLS handshake, as sessions of the app have it with the target.</summary>
internal sealed class TlsCheck : ICheckType
{
    public string Name => "tls";

    public bool NeedsAnswer => true;

    public async ValueTask<string?> OpenAsync(Connection connection, CheckTask task)
    {
        var settings = task.Settings;
        if (settings.StartsAsPostgres && await PostgresRequest.SendAsync(connection) != SocketError.Success)
            return "it does not take TLS in PostgreSQL's way";
        using var handshake = new TlsHandshake(settings.Tls!.Current, settings.Tls.NameOf(task.Target.Host));
        return await TlsHandshaking.RunAsync(connection, handshake) switch
        {
            TlsOutcome.Done => null,
            TlsOutcome.Failed => $"TLS: {handshake.Failure!.Text}",
            _ => "TLS: it has left in the handshake",
        };
    }
}
