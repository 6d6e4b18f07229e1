namespace Proxify.Transport.Uring;

/// <summary>Bytes on their way from one peer to the other; a link in its direction's queue.</summary>
internal unsafe struct Segment
{
    public const int None = -1;

    /// <summary>What is still to be sent: a send that took part of it moves this on.</summary>
    public byte* Data;
    public int Length;
    public int Next;

    /// <summary>The slot of the direction that holds it; 0 when it is free.</summary>
    public int Owner;

    /// <summary>When it was received, in the worker's milliseconds, cut to 32 bits.</summary>
    public uint Since;

    /// <summary>A private block's allocation.</summary>
    public byte* Block;
    public int BlockLength;
}
