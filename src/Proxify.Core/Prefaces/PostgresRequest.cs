using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Transport;

namespace Proxify.Prefaces;

/// <summary>Asks a PostgreSQL server for TLS. Servers of every version take the question, also those that let clients begin without it.</summary>
internal static class PostgresRequest
{
    /// <param name="server">Nothing has been said on it. Whoever calls says how long this may take, by aborting it.</param>
    /// <returns>Success: a ClientHello may follow. <see cref="SocketError.ConnectionAborted"/>: the server does not say yes, or says more.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<SocketError> SendAsync(Connection server)
    {
        var sent = await server.SendAsync(PostgresGreeting.TlsRequest.ToArray());
        if (sent.Error != SocketError.Success)
            return sent.Error;
        var answer = new byte[2];
        var received = await server.ReceiveAsync(answer);
        if (received.Error != SocketError.Success)
            return received.Error;
        return received.Bytes == 1 && answer[0] == PostgresGreeting.Yes ? SocketError.Success : SocketError.ConnectionAborted;
    }
}
