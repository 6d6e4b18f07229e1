using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Runtime;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.Sessions;

/// <summary>TLS with a target. One with which it is not agreed on is like one that cannot be connected to: the next one is tried.</summary>
internal sealed class TargetHandshake : ITargetOpening
{
    public bool IsFor(AppModel app) => app.TargetTls is not null;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SocketError> OpenAsync(Session session, Connection target)
    {
        var tls = session.App.TargetTls!;
        using var handshake = new TlsHandshake(tls.Current, tls.NameOf(session.TargetState!.HostName));
        switch (await TlsHandshaking.RunAsync(target, handshake))
        {
            case TlsOutcome.Done:
                return SocketError.Success;
            case TlsOutcome.Failed:
                session.Detail = $"TLS with {session.TargetState.Address}: {handshake.Failure!.Text}";
                return SocketError.ConnectionAborted;
            default:
                return SocketError.ConnectionReset;
        }
    }
}
