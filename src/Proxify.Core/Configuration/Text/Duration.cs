using System.Globalization;

namespace Proxify.Configuration;

/// <summary>How config files write a time span: a whole number and a unit, <c>250ms</c>, <c>5s</c>, <c>1m</c>, <c>1h</c>, <c>7d</c>; or <c>off</c>.</summary>
internal static class Duration
{
    public const string Off = "off";

    // Ascending.
    private static readonly (string Name, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary><c>off</c> gives <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = Timeout.InfiniteTimeSpan;
        if (text == Off)
            return true;

        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || (digits > 1 && text[0] == '0')
            || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;

        var unit = Array.Find(Units, unit => text.AsSpan(digits).SequenceEqual(unit.Name));
        if (unit.Ticks == 0 || number > TimeSpan.MaxValue.Ticks / unit.Ticks)
            return false;

        value = TimeSpan.FromTicks(number * unit.Ticks);
        return true;
    }

    /// <exception cref="FormatException">The text is no duration.</exception>
    public static TimeSpan Of(string text) => TryParse(text, out var value) ? value : throw new FormatException(text);

    /// <summary>In the largest unit that needs no fraction.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == Timeout.InfiniteTimeSpan)
            return Off;

        var unit = Array.FindLast(Units, unit => value.Ticks % unit.Ticks == 0 && value != TimeSpan.Zero);
        return value == TimeSpan.Zero ? "0s" : unit.Ticks == 0 ? value.ToString() : $"{value.Ticks / unit.Ticks}{unit.Name}";
    }
}
