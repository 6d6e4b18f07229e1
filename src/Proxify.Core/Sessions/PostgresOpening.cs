using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Prefaces;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// Asks a PostgreSQL target for TLS, where the client's own ClientHello or ours is to follow, also of clients that have begun without a question. One that does
/// not say yes is like one that cannot be connected to.
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
        var error = await PostgresRequest.SendAsync(target);
        if (error == SocketError.ConnectionAborted)
            session.Detail = $"{target.Remote} does not take TLS in PostgreSQL's way";
        return error;
    }
}
