namespace Proxify.Framing;

/// <summary>A codec's answer to some bytes.</summary>
/// <param name="Status">What they are.</param>
/// <param name="Length">How many of them belong to the message; of one that is malformed: how many were good.</param>
internal readonly record struct FrameScan(FrameStatus Status, int Length);
