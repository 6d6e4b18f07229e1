using System.Buffers.Binary;

namespace Proxify.Prefaces;

/// <summary>Goes through the fields of a PROXY header of version 2: a type, a length in two bytes, and so many bytes.</summary>
internal ref struct ProxyTlvs(ReadOnlySpan<byte> fields)
{
    /// <summary>Of a field: its type and length.</summary>
    public const int HeadSize = 3;

    public const int MostUniqueId = 128;

    /// <summary>
    /// What <see cref="ProxyTlvType.Ssl"/> has before its own fields: a byte of flags, and in four a verdict on the client's certificate, of which 0 is good.
    /// </summary>
    public const int SslHeadSize = 5;

    /// <summary>A flag: the client speaks TLS.</summary>
    public const byte SslClient = 0x01;

    /// <summary>A flag: it has shown a certificate on this connection.</summary>
    public const byte SslCertificateOnConnection = 0x02;

    /// <summary>A flag: it has shown one in this session of TLS, which may have begun with an earlier connection.</summary>
    public const byte SslCertificateInSession = 0x04;

    private ReadOnlySpan<byte> _left = fields;

    public ProxyTlvType Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>False: there are no more, or what is left is none, which <see cref="IsAtEnd"/> tells.</summary>
    public bool MoveNext()
    {
        if (_left.Length < HeadSize)
            return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(_left[1..]);
        if (_left.Length - HeadSize < length)
            return false;
        Type = (ProxyTlvType)_left[0];
        Value = _left.Slice(HeadSize, length);
        _left = _left[(HeadSize + length)..];
        return true;
    }

    public readonly bool IsAtEnd => _left.IsEmpty;

    /// <summary>Bytes behind the field.</summary>
    public readonly int Left => _left.Length;

    /// <summary>The first of a type; false: there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> fields, ProxyTlvType type, out ReadOnlySpan<byte> value)
    {
        var tlvs = new ProxyTlvs(fields);
        while (tlvs.MoveNext())
        {
            value = tlvs.Value;
            if (tlvs.Type == type)
                return true;
        }

        value = default;
        return false;
    }

    /// <summary>Null: they are as they should be, and so is the checksum where there is one.</summary>
    /// <param name="header">All of it.</param>
    /// <param name="start">Where they begin in it.</param>
    public static ProxyHeaderStatus? Check(ReadOnlySpan<byte> header, int start)
    {
        var checksumAt = -1;
        var tlvs = new ProxyTlvs(header[start..]);
        while (tlvs.MoveNext())
        {
            if (tlvs.Type != ProxyTlvType.Crc32C)
                continue;
            if (checksumAt >= 0 || tlvs.Value.Length != sizeof(uint))
                return ProxyHeaderStatus.WrongTlv;
            checksumAt = header.Length - tlvs.Left - sizeof(uint);
        }

        if (!tlvs.IsAtEnd)
            return ProxyHeaderStatus.WrongTlv;
        return checksumAt < 0 || BinaryPrimitives.ReadUInt32BigEndian(header[checksumAt..]) == Crc32C.OfHeader(header, checksumAt)
            ? null : ProxyHeaderStatus.WrongChecksum;
    }
}
