namespace Proxify.Peers;

/// <summary>What one contender's figure is to be, in parts of another's.</summary>
/// <param name="Contender">Whose.</param>
/// <param name="Figure">Which: its place among the work's.</param>
/// <param name="Yardstick">The other contender.</param>
/// <param name="Bound">At least that where more is better, at most that where less is.</param>
sealed record Aim(string Contender, int Figure, string Yardstick, double Bound);
