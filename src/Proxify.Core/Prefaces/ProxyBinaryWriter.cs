using System.Buffers.Binary;
using Proxify.Transport;

namespace Proxify.Prefaces;

/// <summary>
/// Writes a PROXY header of version 2: what it is about first, then fields, then <see cref="End"/>. What has no room is left out whole; the checksum always
/// has some where fields may be.
/// </summary>
internal ref struct ProxyBinaryWriter
{
    private const int ChecksumSize = ProxyTlvs.HeadSize + sizeof(uint);

    private readonly Span<byte> _to;
    private int _length;
    private int _sslAt;

    private ProxyBinaryWriter(Span<byte> to, byte command, byte family)
    {
        _to = to;
        ProxyBinary.Signature.CopyTo(to);
        _length = ProxyBinary.Signature.Length;
        to[_length++] = (byte)(ProxyBinary.Version | command);
        to[_length++] = family;
        _length += sizeof(ushort);
    }

    /// <summary>The balancer speaks for itself.</summary>
    /// <param name="to">Of <see cref="ProxyBinary.PrefixSize"/> at least.</param>
    public static ProxyBinaryWriter Local(Span<byte> to) => new(to, ProxyBinary.Local, family: 0);

    /// <param name="to">Where there is room for the addresses at least; what is behind it is for fields.</param>
    /// <param name="source">The client.</param>
    /// <param name="destination">What it has connected to. If only one of the two is IPv4, both are written as IPv6.</param>
    public static ProxyBinaryWriter Proxy(Span<byte> to, TcpEndpoint source, TcpEndpoint destination)
    {
        var isIPv4 = source.IsIPv4 && destination.IsIPv4;
        var writer = new ProxyBinaryWriter(to, ProxyBinary.Proxy, isIPv4 ? ProxyBinary.Tcp4 : ProxyBinary.Tcp6);
        foreach (var address in (ReadOnlySpan<UInt128>)[source.Address, destination.Address])
        {
            if (isIPv4)
                BinaryPrimitives.WriteUInt32BigEndian(writer.Take(sizeof(uint)), (uint)address);
            else
                BinaryPrimitives.WriteUInt128BigEndian(writer.Take(16), address);
        }

        BinaryPrimitives.WriteUInt16BigEndian(writer.Take(sizeof(ushort)), source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(writer.Take(sizeof(ushort)), destination.Port);
        return writer;
    }

    /// <summary>False: there is no room.</summary>
    public bool TryAdd(ProxyTlvType type, scoped ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue || _to.Length - _length < ProxyTlvs.HeadSize + value.Length + ChecksumSize)
            return false;
        Add(type, value);
        return true;
    }

    /// <summary>
    /// Begins the field that tells of the client's TLS: all that is added from now on is part of it, until <see cref="EndSsl"/>. False: there is no room.
    /// </summary>
    /// <param name="head">Of <see cref="ProxyTlvs.SslHeadSize"/>: flags and verdict.</param>
    public bool TryBeginSsl(scoped ReadOnlySpan<byte> head)
    {
        _sslAt = _length + ProxyTlvs.HeadSize;
        return TryAdd(ProxyTlvType.Ssl, head);
    }

    public readonly void EndSsl() => BinaryPrimitives.WriteUInt16BigEndian(_to[(_sslAt - sizeof(ushort))..], (ushort)(_length - _sslAt));

    /// <summary>Nothing may be added after it.</summary>
    /// <param name="withChecksum">Where there is room for it.</param>
    /// <returns>The header's bytes.</returns>
    public int End(bool withChecksum)
    {
        ReadOnlySpan<byte> none = [0, 0, 0, 0];
        withChecksum = withChecksum && _to.Length - _length >= ChecksumSize;
        if (withChecksum)
            Add(ProxyTlvType.Crc32C, none);
        BinaryPrimitives.WriteUInt16BigEndian(_to[(ProxyBinary.PrefixSize - sizeof(ushort))..], (ushort)(_length - ProxyBinary.PrefixSize));
        if (withChecksum)
        {
            var at = _length - none.Length;
            BinaryPrimitives.WriteUInt32BigEndian(_to[at..], Crc32C.OfHeader(_to[.._length], at));
        }

        return _length;
    }

    private void Add(ProxyTlvType type, scoped ReadOnlySpan<byte> value)
    {
        var field = Take(ProxyTlvs.HeadSize + value.Length);
        field[0] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(field[1..], (ushort)value.Length);
        value.CopyTo(field[ProxyTlvs.HeadSize..]);
    }

    private Span<byte> Take(int length)
    {
        var part = _to.Slice(_length, length);
        _length += length;
        return part;
    }
}
