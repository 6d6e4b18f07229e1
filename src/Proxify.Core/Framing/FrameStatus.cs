namespace Proxify.Framing;

/// <summary>What some bytes are to the message that they go on with.</summary>
internal enum FrameStatus : byte
{
    /// <summary>All of them belong to it, and it is not over.</summary>
    Partial,

    /// <summary>It ends among them.</summary>
    Complete,

    /// <summary>Here is a byte that it cannot have.</summary>
    Malformed,
}
