using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A time span, as <see cref="Duration"/> writes it.</summary>
/// <param name="least">The shortest, as the file writes it.</param>
/// <param name="most">The longest.</param>
/// <param name="canBeOff">Whether it may be <c>off</c>: <see cref="Timeout.InfiniteTimeSpan"/>.</param>
internal sealed class DurationType(string least, string most, bool canBeOff = false) : ScalarType<TimeSpan>
{
    public TimeSpan Least { get; } = Duration.Of(least);

    public TimeSpan Most { get; } = Duration.Of(most);

    public bool CanBeOff => canBeOff;

    public override string Expected => "a duration such as \"250ms\", \"5s\" or \"1h\"";

    public override bool TryRead(ConfigNode node, out TimeSpan value)
    {
        value = default;
        return node.Kind == JsonValueKind.String && Duration.TryParse(node.Text, out value);
    }

    public override string? Problem(TimeSpan value) => (value >= Least && value <= Most) || (canBeOff && value == Timeout.InfiniteTimeSpan)
        ? null
        : $"expected {Duration.Format(Least)} to {Duration.Format(Most)}{(canBeOff ? $" or \"{Duration.Off}\"" : "")}, found {Duration.Format(value)}";
}
