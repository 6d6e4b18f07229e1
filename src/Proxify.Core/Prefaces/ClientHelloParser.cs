using System.Buffers.Binary;

namespace Proxify.Prefaces;

/// <summary>
/// Reads a ClientHello, a handshake message that is all there. It is as strict as OpenSSL where a lax reading could find another name or protocol than the
/// target's: lengths that do not add up, an extension that comes twice, a list of names with more than one. What it does not know it skips, GREASE (RFC 8701)
/// included.
/// </summary>
internal static class ClientHelloParser
{
    /// <summary>Of a handshake message: its type, and its length in three bytes.</summary>
    public const int HeaderSize = 4;

    private const int RandomSize = 32;
    private const int MaxSessionId = 32;
    private const byte HostNameType = 0;

    /// <summary>With the position in the message where it is broken.</summary>
    public static HelloResult Parse(ReadOnlySpan<byte> message)
    {
        var body = new TlsCursor(message[HeaderSize..], HeaderSize);
        if (!body.TryReadUInt16(out var version) || !body.TryRead(RandomSize, out _))
            return HelloResult.Broken("it ends in its version or random", body.Position);
        var at = body.Position;
        if (!body.TryReadVector8(out var sessionId) || sessionId.Rest.Length > MaxSessionId)
            return HelloResult.Broken("its session id is too long", at);
        at = body.Position;
        if (!body.TryReadVector16(out var ciphers) || ciphers.IsAtEnd || ciphers.Rest.Length % 2 != 0)
            return HelloResult.Broken("its list of cipher suites is none", at);
        at = body.Position;
        if (!body.TryReadVector8(out var compressions) || compressions.IsAtEnd)
            return HelloResult.Broken("its list of compression methods is none", at);
        at = body.Position;
        if (body.IsAtEnd)
            return new(HelloStatus.Complete, new ClientHello(null, default, version));
        if (!body.TryReadVector16(out var extensions) || !body.IsAtEnd)
            return HelloResult.Broken("its extensions are not as long as they say", at);
        return ParseExtensions(extensions, version);
    }

    private static HelloResult ParseExtensions(TlsCursor extensions, ushort version)
    {
        var (hasServerName, hasProtocols, hasVersions) = (false, false, false);
        var serverName = (string?)null;
        var protocols = default(ReadOnlySpan<byte>);
        while (!extensions.IsAtEnd)
        {
            var start = extensions.Position;
            if (!extensions.TryReadUInt16(out var type) || !extensions.TryReadVector16(out var data))
                return HelloResult.Broken("an extension is longer than their list", start);
            var isRight = type switch
            {
                0 => IsFirst(ref hasServerName) && TryReadServerName(data, out serverName),
                16 => IsFirst(ref hasProtocols) && TryReadProtocols(data, out protocols),
                43 => IsFirst(ref hasVersions) && TryReadVersions(data, out version),
                _ => true,
            };
            if (!isRight)
                return HelloResult.Broken(ProblemOf(type), start);
        }

        return new(HelloStatus.Complete, new ClientHello(serverName, protocols.ToArray(), version));
    }

    private static bool IsFirst(ref bool has)
    {
        var isFirst = !has;
        has = true;
        return isFirst;
    }

    private static string ProblemOf(ushort type) => type switch
    {
        0 => "its server_name is malformed or comes twice",
        16 => "its application_layer_protocol_negotiation is malformed or comes twice",
        _ => "its supported_versions are malformed or come twice",
    };

    /// <summary>RFC 6066, 3: a list of names of different types, of which there has only ever been one.</summary>
    private static bool TryReadServerName(TlsCursor data, out string? name)
    {
        name = null;
        if (!data.TryReadVector16(out var list) || !data.IsAtEnd || !list.TryRead(1, out var type) || type.Rest[0] != HostNameType)
            return false;
        if (!list.TryReadVector16(out var host) || !list.IsAtEnd || host.IsAtEnd)
            return false;
        name = HostName.Parse(host.Rest);
        return true;
    }

    /// <summary>RFC 7301, 3.1.</summary>
    private static bool TryReadProtocols(TlsCursor data, out ReadOnlySpan<byte> protocols)
    {
        protocols = default;
        if (!data.TryReadVector16(out var list) || !data.IsAtEnd || list.IsAtEnd)
            return false;
        protocols = list.Rest;
        while (!list.IsAtEnd)
        {
            if (!list.TryReadVector8(out var protocol) || protocol.IsAtEnd)
                return false;
        }

        return true;
    }

    /// <summary>RFC 8446, 4.2.1; drafts and GREASE (0x?a?a) are no versions of TLS.</summary>
    private static bool TryReadVersions(TlsCursor data, out ushort highest)
    {
        highest = 0;
        if (!data.TryReadVector8(out var list) || !data.IsAtEnd || list.IsAtEnd || list.Rest.Length % 2 != 0)
            return false;
        for (var versions = list.Rest; !versions.IsEmpty; versions = versions[2..])
        {
            var version = BinaryPrimitives.ReadUInt16BigEndian(versions);
            if (version >> 8 == 3 && version > highest)
                highest = version;
        }

        return true;
    }
}
