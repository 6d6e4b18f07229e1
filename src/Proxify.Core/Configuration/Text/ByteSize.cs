using System.Globalization;

namespace Proxify.Configuration;

/// <summary>How config files write an amount of memory: a number and a unit, <c>64KiB</c> (2^10 bytes), <c>256MiB</c> (2^20) or <c>2GiB</c> (2^30).</summary>
internal static class ByteSize
{
    // Ascending.
    private static readonly (string Name, long Bytes)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30)];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Name, StringComparison.Ordinal));
        if (unit.Bytes == 0 || text[0] == '0'
            || !long.TryParse(text.AsSpan(0, text.Length - unit.Name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue / unit.Bytes)
            return false;

        bytes = number * unit.Bytes;
        return true;
    }

    /// <summary>In the largest unit that needs no fraction.</summary>
    public static string Format(long bytes)
    {
        var unit = Array.FindLast(Units, unit => bytes % unit.Bytes == 0 && bytes != 0);
        return unit.Bytes == 0 ? $"{bytes} bytes" : $"{bytes / unit.Bytes}{unit.Name}";
    }
}
