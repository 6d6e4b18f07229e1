using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Prefaces;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// Asks a PostgreSQL target for TLS, where the client's own ClientHello or ours is to follow. One that does not say yes, or says more, is like one that cannot
/// be connected to. Servers of every version take the question, also from clients that have begun without it.
/// </summary>
internal sealed class PostgresOpening : ITargetOpening
{
    public bool IsFor(AppModel app) => app.StartsAsPostgres;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SocketError> OpenAsync(Session session, Connection target)
    {
        var isPassedOn = session.App.Tls is null && session.Arrival is { BeginsTls: true };
        if (!isPassedOn && session.App.TargetTls is null)
            return SocketError.Success;
        var sent = await target.SendAsync(PostgresGreeting.TlsRequest.ToArray());
        if (sent.Error != SocketError.Success)
            return sent.Error;
        var answer = new byte[2];
        var received = await target.ReceiveAsync(answer);
        if (received.Error != SocketError.Success)
            return received.Error;
        if (received.Bytes == 1 && answer[0] == PostgresGreeting.Yes)
            return SocketError.Success;
        session.Detail = $"{target.Remote} does not take TLS in PostgreSQL's way";
        return SocketError.ConnectionAborted;
    }
}
