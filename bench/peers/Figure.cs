namespace Proxify.Peers;

/// <summary>One column of a work's table.</summary>
/// <param name="Name">What it is, with its unit.</param>
/// <param name="MoreIsBetter">Which of two is the better one.</param>
/// <param name="Decimals">Digits after the point.</param>
sealed record Figure(string Name, bool MoreIsBetter, int Decimals)
{
    public string Title => $"{Name} {(MoreIsBetter ? '↑' : '↓')}";

    public string Format(double? value) => value?.ToString($"N{Decimals}") ?? "–";
}
