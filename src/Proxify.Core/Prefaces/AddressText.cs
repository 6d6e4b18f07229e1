using System.Buffers.Text;
using Proxify.Linux;

namespace Proxify.Prefaces;

/// <summary>Addresses as PROXY lines write them, in ASCII. Strict: no leading zeros, no brackets, no zones, no short forms of IPv4.</summary>
internal static class AddressText
{
    private const int Groups = 8;

    /// <param name="text">All of it.</param>
    /// <param name="isIPv4">Its family; the other one's form is none.</param>
    /// <param name="address">128 bits, IPv4 v4-mapped.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, bool isIPv4, out UInt128 address)
    {
        if (!isIPv4)
            return TryReadIPv6(text, out address);
        var isIt = TryReadIPv4(text, out var bits);
        address = MappedIPv4.From(bits);
        return isIt;
    }

    /// <summary>Decimal digits without leading zeros, and nothing else.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> text, int most, out ushort number)
    {
        number = 0;
        if (text.Length is 0 or > 5 || (text[0] == (byte)'0' && text.Length > 1))
            return false;
        var value = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            value = (10 * value) + digit - '0';
        }

        number = (ushort)value;
        return value <= most;
    }

    /// <summary>What comes before the separator, which is taken off the text with it; all of it where there is none.</summary>
    public static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> text, byte separator)
    {
        var end = text.IndexOf(separator);
        var part = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return part;
    }

    /// <returns>Bytes written: 39 at the most.</returns>
    public static int Write(Span<byte> to, UInt128 address, bool isIPv4)
    {
        var length = 0;
        var (parts, bits, separator, format) = isIPv4 ? (4, 8, (byte)'.', 'D') : (Groups, 16, (byte)':', 'x');
        for (var part = parts - 1; part >= 0; part--)
        {
            Utf8Formatter.TryFormat((ushort)((address >> (part * bits)) & ((1u << bits) - 1)), to[length..], out var written, format);
            length += written;
            if (part > 0)
                to[length++] = separator;
        }

        return length;
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> text, out uint bits)
    {
        bits = 0;
        if (text.Count((byte)'.') != 3)
            return false;
        for (var octet = 0; octet < 4; octet++)
        {
            if (!TryReadNumber(Cut(ref text, (byte)'.'), byte.MaxValue, out var value))
                return false;
            bits = (bits << 8) | value;
        }

        return true;
    }

    /// <summary>Eight groups, or fewer where <c>::</c> stands for those that are zero; the last two may be written as IPv4 (RFC 4291, 2.2).</summary>
    private static bool TryReadIPv6(ReadOnlySpan<byte> text, out UInt128 address)
    {
        address = 0;
        var gap = text.IndexOf("::"u8);
        if (gap < 0)
            return TryReadGroups(text, out address, out var all) && all == Groups;
        if (!TryReadGroups(text[..gap], out var left, out var above, mayEndInIPv4: false)
            || !TryReadGroups(text[(gap + 2)..], out var right, out var below))
        {
            return false;
        }

        if (above + below >= Groups)
            return false;
        address = (above == 0 ? 0 : left << (16 * (Groups - above))) | right;
        return true;
    }

    private static bool TryReadGroups(ReadOnlySpan<byte> text, out UInt128 bits, out int count, bool mayEndInIPv4 = true)
    {
        (bits, count) = (0, 0);
        while (!text.IsEmpty)
        {
            if (text[^1] == (byte)':')
                return false;
            var group = Cut(ref text, (byte)':');
            if (text.IsEmpty && mayEndInIPv4 && TryReadIPv4(group, out var ipv4))
            {
                bits = (bits << 32) | ipv4;
                count += 2;
                return count <= Groups;
            }

            if (group.Length is 0 or > 4 || !Utf8Parser.TryParse(group, out ushort value, out var used, 'x') || used != group.Length || ++count > Groups)
                return false;
            bits = (bits << 16) | value;
        }

        return true;
    }
}
