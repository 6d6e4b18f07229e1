using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Program.Admin;

/// <summary>The connections of one endpoint. Each has its own limit: who floods a TCP port keeps nobody from the UNIX socket.</summary>
/// <param name="next">Serves one.</param>
/// <param name="logger">Told of those that are refused.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class AdminConnections(ConnectionDelegate next, ILogger logger, TimeProvider timeProvider)
{
    private const int Most = 256;

    /// <summary>Then a peer is probed: one that has vanished would hold its place for good, where it reads a stream of events.</summary>
    private const int KeepAliveSeconds = 60;

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(30);

    private readonly LogThrottle _refused = new();
    private int _count;

    public async Task HandleAsync(ConnectionContext connection)
    {
        try
        {
            if (Interlocked.Increment(ref _count) > Most)
            {
                if (_refused.TryPass(timeProvider, LogInterval, out var suppressed))
                    AdminLog.AdminConnectionRefused(logger, $"{connection.LocalEndPoint}", Most, suppressed);
                connection.Abort();
                return;
            }

            if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: not AddressFamily.Unix } socket)
                KeepAlive(socket);
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private static void KeepAlive(Socket socket)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone.
        }
    }
}
