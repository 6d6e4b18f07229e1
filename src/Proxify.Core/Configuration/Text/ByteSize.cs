using System.Globalization;

namespace Proxify.Configuration;

/// <summary>How config files write an amount of memory: a whole number and a unit, <c>256MiB</c> (2^20 bytes) or <c>2GiB</c> (2^30).</summary>
internal static class ByteSize
{
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var unit = text.EndsWith("MiB", StringComparison.Ordinal) ? MiB : text.EndsWith("GiB", StringComparison.Ordinal) ? GiB : 0;
        if (unit == 0 || text[0] == '0' || !long.TryParse(text.AsSpan(0, text.Length - 3), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue / unit)
            return false;

        bytes = number * unit;
        return true;
    }

    /// <summary>In the larger unit where that needs no fraction.</summary>
    public static string Format(long bytes) => bytes % MiB != 0 ? $"{bytes} bytes" : bytes % GiB == 0 && bytes != 0 ? $"{bytes / GiB}GiB" : $"{bytes / MiB}MiB";
}
