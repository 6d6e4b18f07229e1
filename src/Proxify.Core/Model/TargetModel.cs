namespace Proxify.Model;

/// <summary>A target as the running proxy uses it.</summary>
/// <param name="Weight">Its share of new sessions relative to the app's other targets.</param>
/// <param name="State">Addresses and counters; the same object before and after a reload.</param>
public sealed record TargetModel(int Weight, TargetState State);
