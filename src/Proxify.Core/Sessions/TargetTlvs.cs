using System.Buffers.Binary;
using System.Text;
using Proxify.Prefaces;
using Proxify.Transport.Tls;

namespace Proxify.Sessions;

/// <summary>What a target is told of a client besides its address: what we know ourselves, otherwise what a balancer before us has said.</summary>
internal static class TargetTlvs
{
    public static void Write(ref ProxyBinaryWriter header, Session session, SentTlvs wanted)
    {
        var received = session.Arrival is { } arrival ? arrival.Tlvs.Span : default;
        if (wanted.HasFlag(SentTlvs.Authority))
            Write(ref header, ProxyTlvType.Authority, session.ServerName, received);
        if (wanted.HasFlag(SentTlvs.Alpn))
            Write(ref header, ProxyTlvType.Alpn, session.ClientTls?.Protocol, received);
        if (wanted.HasFlag(SentTlvs.UniqueId))
            WriteUniqueId(ref header, session, received);
        // Last: a certificate may be longer than what room there is.
        if (!wanted.HasFlag(SentTlvs.Ssl))
            return;
        if (session.ClientTls is { } tls)
            WriteSsl(ref header, tls, wanted.HasFlag(SentTlvs.ClientCertificate));
        else if (ProxyTlvs.TryFind(received, ProxyTlvType.Ssl, out var said) && said.Length >= ProxyTlvs.SslHeadSize)
            PassSslOn(ref header, said, wanted.HasFlag(SentTlvs.ClientCertificate));
    }

    private static void Write(ref ProxyBinaryWriter header, ProxyTlvType type, string? known, ReadOnlySpan<byte> received = default)
    {
        if (known is not null)
            header.TryAdd(type, Encoding.UTF8.GetBytes(known));
        else if (ProxyTlvs.TryFind(received, type, out var said))
            header.TryAdd(type, said);
    }

    /// <summary>The one that a balancer has given it, so that it is the same in the logs of all.</summary>
    private static void WriteUniqueId(ref ProxyBinaryWriter header, Session session, ReadOnlySpan<byte> received)
    {
        if (ProxyTlvs.TryFind(received, ProxyTlvType.UniqueId, out var given) && given.Length is > 0 and <= ProxyTlvs.MostUniqueId)
        {
            session.UniqueId ??= given.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? Convert.ToHexStringLower(given) : Encoding.ASCII.GetString(given);
            header.TryAdd(ProxyTlvType.UniqueId, given);
            return;
        }

        session.UniqueId ??= $"{Guid.CreateVersion7()}";
        Write(ref header, ProxyTlvType.UniqueId, session.UniqueId);
    }

    private static void WriteSsl(ref ProxyBinaryWriter header, TlsInfo tls, bool withCertificate)
    {
        var flags = ProxyTlvs.SslClient;
        if (tls.Peer is not null)
            flags |= ProxyTlvs.SslCertificateInSession;
        if (tls is { Peer: not null, IsResumed: false })
            flags |= ProxyTlvs.SslCertificateOnConnection;
        Span<byte> head = stackalloc byte[ProxyTlvs.SslHeadSize];
        head[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], tls.Peer is { IsVerified: true } ? 0 : 1);
        if (!header.TryBeginSsl(head))
            return;
        Write(ref header, ProxyTlvType.SslVersion, tls.Version);
        Write(ref header, ProxyTlvType.SslCipher, tls.Cipher);
        Write(ref header, ProxyTlvType.SslSignatureAlgorithm, tls.Own?.SignatureAlgorithm);
        Write(ref header, ProxyTlvType.SslKeyAlgorithm, tls.Own?.KeyAlgorithm);
        Write(ref header, ProxyTlvType.SslCommonName, tls.Peer?.CommonName);
        if (withCertificate && tls.Peer is { } peer)
            header.TryAdd(ProxyTlvType.SslClientCertificate, peer.Der.Span);
        header.EndSsl();
    }

    /// <summary>As it came, but for a certificate that is not asked for.</summary>
    private static void PassSslOn(ref ProxyBinaryWriter header, ReadOnlySpan<byte> said, bool withCertificate)
    {
        if (!header.TryBeginSsl(said[..ProxyTlvs.SslHeadSize]))
            return;
        var fields = new ProxyTlvs(said[ProxyTlvs.SslHeadSize..]);
        while (fields.MoveNext())
        {
            if (withCertificate || fields.Type != ProxyTlvType.SslClientCertificate)
                header.TryAdd(fields.Type, fields.Value);
        }

        header.EndSsl();
    }
}
