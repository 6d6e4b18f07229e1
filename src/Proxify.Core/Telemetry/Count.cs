using System.Globalization;

namespace Proxify.Telemetry;

/// <summary>A number in a log message: with its noun in the text, by itself as a field.</summary>
internal readonly struct Count
{
    private readonly string? _text;

    private Count(long value, string text)
    {
        Value = value;
        _text = text;
    }

    public long Value { get; }

    /// <summary>Such as "1 app", "12 apps".</summary>
    public static Count Of(long value, string noun) => new(value, value == 1 ? $"1 {noun}" : string.Create(CultureInfo.InvariantCulture, $"{value} {noun}s"));

    /// <summary>For the end of a message: nothing when there are none, otherwise such as " (3 more since the last such line)".</summary>
    public static Count Besides(long value, string words) => new(value, value == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({value} {words})"));

    public override string ToString() => _text ?? "";
}
