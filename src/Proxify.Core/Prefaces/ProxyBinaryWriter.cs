using System.Buffers.Binary;
using Proxify.Transport;

namespace Proxify.Prefaces;

/// <summary>Writes a PROXY header of version 2: what it is about first, then fields, then <see cref="End"/>. What has no room is left out whole.</summary>
internal ref struct ProxyBinaryWriter
{
    private readonly Span<byte> _to;
    private int _length;

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
    public bool TryAdd(ProxyTlvType type, ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue || _to.Length - _length < ProxyTlvs.HeadSize + value.Length)
            return false;
        var field = Take(ProxyTlvs.HeadSize + value.Length);
        field[0] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(field[1..], (ushort)value.Length);
        value.CopyTo(field[ProxyTlvs.HeadSize..]);
        return true;
    }

    /// <summary>Nothing may be added after it.</summary>
    /// <param name="withChecksum">Where there is room for it.</param>
    /// <returns>The header's bytes.</returns>
    public int End(bool withChecksum)
    {
        ReadOnlySpan<byte> none = [0, 0, 0, 0];
        withChecksum = withChecksum && TryAdd(ProxyTlvType.Crc32C, none);
        BinaryPrimitives.WriteUInt16BigEndian(_to[(ProxyBinary.PrefixSize - sizeof(ushort))..], (ushort)(_length - ProxyBinary.PrefixSize));
        if (withChecksum)
        {
            var at = _length - none.Length;
            BinaryPrimitives.WriteUInt32BigEndian(_to[at..], Crc32C.OfHeader(_to[.._length], at));
        }

        return _length;
    }

    private Span<byte> Take(int length)
    {
        var part = _to.Slice(_length, length);
        _length += length;
        return part;
    }
}
