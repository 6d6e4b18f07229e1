using System.Buffers.Binary;
using System.Net;
using CsCheck;

namespace Proxify.Tests.Admission;

/// <summary>Random rules and sources, from few distinct bits so that prefixes nest and sources hit them.</summary>
internal static class SourceRulesGen
{
    // Only the first and the last byte of an address vary: a source and a prefix meet often, in every length.
    private static readonly Gen<IPAddress> s_v4 = Gen.Select(Gen.Byte[0, 3], Gen.Byte[0, 3], Among<byte>(0, 127, 128, 255))
        .Select((first, second, last) => new IPAddress([(byte)(first << 6), (byte)(second << 6), 0, last]));

    private static readonly Gen<IPAddress> s_v6 = Gen.Select(Among<ulong>(0, 1, 0x2001_0db8_0000_0000, 0x2001_0db8_8000_0000, ulong.MaxValue),
        Among<ulong>(0, 1, 0x0000_fffe_0000_0000, 0x0001_0000_0000_0000, ulong.MaxValue)).Select((high, low) =>
        {
            var bytes = new byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, new UInt128(high, low));
            return new IPAddress(bytes);
        });

    public static readonly Gen<IPAddress> Address = Gen.OneOf(s_v4, s_v6);

    private static readonly Gen<IPNetwork> s_network = Gen.Select(Address, Gen.Int[0, 128]).Select((address, length) =>
    {
        var bytes = address.GetAddressBytes();
        length %= (8 * bytes.Length) + 1;
        for (var bit = length; bit < 8 * bytes.Length; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    });

    public static readonly Gen<(IPNetwork[] Allow, IPNetwork[] Deny)> Lists = Gen.Select(s_network.Array[0, 12], s_network.Array[0, 12]);

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
