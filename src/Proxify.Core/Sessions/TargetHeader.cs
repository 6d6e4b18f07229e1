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
        var sent = session.App.SentHeader!;
        var header = ArrayPool<byte>.Shared.Rent(sent.MostBytes);
        try
        {
            var length = Write(header.AsSpan(0, sent.MostBytes), session, sent);
            return (await target.SendAsync(header.AsMemory(0, length))).Error;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(header);
        }
    }

    private static int Write(Span<byte> to, Session session, SentHeader sent)
    {
        if (!sent.IsBinary)
            return ProxyLine.Write(to, session.Source, session.Destination);
        var header = ProxyBinaryWriter.Proxy(to, session.Source, session.Destination);
        if (sent.Tlvs != SentTlvs.None)
            TargetTlvs.Write(ref header, session, sent.Tlvs);
        return header.End(sent.HasChecksum);
    }
}
