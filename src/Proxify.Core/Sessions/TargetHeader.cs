using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Prefaces;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Tells a target who the client is, before anything else: a PROXY header.</summary>
internal sealed class TargetHeader : ITargetOpening
{
    public bool IsFor(AppModel app) => app.SentHeader is not null;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SocketError> OpenAsync(Session session, Connection target)
    {
        var header = ArrayPool<byte>.Shared.Rent(ProxyLine.MostBytes);
        try
        {
            var length = Write(header, session);
            return (await target.SendAsync(header.AsMemory(0, length))).Error;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(header);
        }
    }

    private static int Write(Span<byte> header, Session session) => session.App.SentHeader!.IsBinary
        ? ProxyBinaryWriter.Proxy(header, session.Source, session.Destination).End(withChecksum: false)
        : ProxyLine.Write(header, session.Source, session.Destination);
}
