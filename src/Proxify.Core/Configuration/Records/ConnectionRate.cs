using System.Globalization;

namespace Proxify.Configuration;

/// <summary>New connections per time. Written as a number (per second) or as text: <c>100/s</c>, <c>600/m</c>, <c>50/h</c>.</summary>
/// <param name="Count">1 to 1,000,000.</param>
/// <param name="Per">A second, a minute or an hour.</param>
public readonly record struct ConnectionRate(int Count, TimeSpan Per)
{
    /// <summary>The most that <see cref="Count"/> and a burst may be.</summary>
    internal const int MaxCount = 1_000_000;

    private static readonly (string Name, TimeSpan Per)[] Units =
        [("/s", TimeSpan.FromSeconds(1)), ("/m", TimeSpan.FromMinutes(1)), ("/h", TimeSpan.FromHours(1))];

    public static ConnectionRate PerSecond(int count) => new(count, TimeSpan.FromSeconds(1));

    internal bool HasKnownUnit => Array.Exists(Units, IsOwn);

    public override string ToString() => $"{Count}{Array.Find(Units, IsOwn).Name}";

    internal static bool TryParse(string text, out ConnectionRate rate)
    {
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Name, StringComparison.Ordinal));
        rate = default;
        if (unit.Name is null || text.StartsWith('0')
            || !int.TryParse(text.AsSpan(0, text.Length - unit.Name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > MaxCount)
        {
            return false;
        }

        rate = new ConnectionRate(count, unit.Per);
        return true;
    }

    private bool IsOwn((string Name, TimeSpan Per) unit) => unit.Per == Per;
}
