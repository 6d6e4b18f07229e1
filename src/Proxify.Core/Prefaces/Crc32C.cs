using System.Numerics;

namespace Proxify.Prefaces;

/// <summary>The checksum of RFC 4960, appendix B (Castagnoli's).</summary>
internal static class Crc32C
{
    /// <param name="header">All of it.</param>
    /// <param name="checksumAt">Where in it the checksum is, which counts as four zeros.</param>
    public static uint OfHeader(ReadOnlySpan<byte> header, int checksumAt)
    {
        ReadOnlySpan<byte> zeros = [0, 0, 0, 0];
        var crc = Add(uint.MaxValue, header[..checksumAt]);
        crc = Add(crc, zeros);
        return ~Add(crc, header[(checksumAt + zeros.Length)..]);
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var octet in bytes)
            crc = BitOperations.Crc32C(crc, octet);
        return crc;
    }
}
