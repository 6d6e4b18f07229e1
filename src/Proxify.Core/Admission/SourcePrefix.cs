using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Admission;

/// <summary>A prefix of the 128-bit address space with a verdict; IPv4 lies in it v4-mapped (::ffff:0:0/96), so that one table holds both families.</summary>
/// <param name="Address">The first address of the prefix, most significant bit first.</param>
/// <param name="Length">Bits that count, 0 to 128; an IPv4 prefix /n has 96 + n.</param>
/// <param name="Verdict">What it says of the addresses for which no longer prefix says anything.</param>
internal readonly record struct SourcePrefix(UInt128 Address, byte Length, SourceVerdict Verdict)
{
    /// <summary>All of IPv4.</summary>
    public static readonly (UInt128 Address, byte Length) AllIPv4 = (MappedIPv4.Prefix, MappedIPv4.PrefixLength);

    /// <summary>The last address of the prefix.</summary>
    public UInt128 Last => Length == 128 ? Address : Address | (UInt128.MaxValue >> Length); // a shift by 128 would shift by 0

    public static SourcePrefix From(IPNetwork network, SourceVerdict verdict)
    {
        Span<byte> bytes = stackalloc byte[16];
        network.BaseAddress.MapToIPv6().TryWriteBytes(bytes, out _);
        var mapped = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? AllIPv4.Length : 0;
        return new SourcePrefix(BinaryPrimitives.ReadUInt128BigEndian(bytes), (byte)(mapped + network.PrefixLength), verdict);
    }
}
