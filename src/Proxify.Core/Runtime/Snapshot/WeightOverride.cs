namespace Proxify.Runtime;

/// <summary>Another weight of a target than its own.</summary>
/// <param name="Value">In force.</param>
/// <param name="Configured">The target's own when the change was made.</param>
internal readonly record struct WeightOverride(int Value, int Configured);
