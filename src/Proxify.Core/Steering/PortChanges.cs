namespace Proxify.Steering;

/// <summary>What a <see cref="PortMirror"/> did.</summary>
/// <param name="Added">Ports steered from now on.</param>
/// <param name="Removed">Ports steered no longer.</param>
/// <param name="LeftByHand">
/// Ports that an operator steers by hand: the config has come to name them, or no longer names them, and their key was left alone.
/// </param>
internal sealed record PortChanges(IReadOnlyList<ushort> Added, IReadOnlyList<ushort> Removed, IReadOnlyList<ushort> LeftByHand);
