namespace Proxify.Model;

/// <summary>A target as the running proxy uses it.</summary>
/// <param name="Weight">Its share of new sessions relative to the app's other targets; 0: none.</param>
/// <param name="IsBackup">Used only when no other target is available.</param>
/// <param name="State">Addresses and counters; the same object before and after a reload.</param>
public sealed record TargetModel(int Weight, bool IsBackup, TargetState State);
