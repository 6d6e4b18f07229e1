using System.Globalization;

namespace Proxify.Program.Admin.Client;

/// <summary>Numbers and times for people.</summary>
internal static class Readable
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Such as 512 B, 1.4 MiB.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1000 && unit < Units.Length - 1; unit++)
            bytes /= 1024;
        return $"{bytes.ToString(unit == 0 || bytes >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>Such as 0.21 ms, 14 ms, 1.2 s.</summary>
    public static string Milliseconds(double time) => time switch
    {
        >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{time / 1000:0.0} s"),
        >= 10 => string.Create(CultureInfo.InvariantCulture, $"{time:0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time:0.00} ms"),
    };

    /// <summary>The two largest units: 2d 3h, 4m 5s, 0.2s.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{time.Days}d {time.Hours}h",
        { TotalHours: >= 1 } => $"{time.Hours}h {time.Minutes}m",
        { TotalMinutes: >= 1 } => $"{time.Minutes}m {time.Seconds}s",
        { TotalSeconds: >= 10 } => $"{time.Seconds}s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0.0}s"),
    };

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
