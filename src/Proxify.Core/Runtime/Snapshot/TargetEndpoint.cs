namespace Proxify.Runtime;

/// <summary>One address and port of an app's targets, as the running proxy uses it.</summary>
/// <param name="Weight">Its share of new sessions relative to the app's other endpoints; 0: none.</param>
/// <param name="IsBackup">Used only when no other endpoint is available.</param>
/// <param name="State">Its record; the same object before and after a reload or a change of its name's addresses.</param>
internal sealed record TargetEndpoint(int Weight, bool IsBackup, TargetState State);
