using System.Runtime.InteropServices;

namespace Proxify.Caching;

/// <summary>The head of a block of the arena. An entry's key and value follow it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Block
{
    /// <summary>How long the block is, its head included.</summary>
    public uint Granules;

    /// <summary>How long the one before it is; 0: it is the first.</summary>
    public uint Before;

    /// <summary>Its neighbours in the list of its segment, or of free blocks; 0: there is none.</summary>
    public uint Newer, Older;

    /// <summary>The next entry of its bucket; 0: there is none.</summary>
    public uint Next;

    public uint Hash;

    public int ValueLength;

    public ushort KeyLength;

    public CacheSegment Segment;

    /// <summary>In the caller's milliseconds.</summary>
    public long ExpiresAt;
}
