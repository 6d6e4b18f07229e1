namespace Proxify.Framing.LengthPrefixed;

/// <summary>Where a message says how long it is.</summary>
/// <param name="Offset">Bytes before the length.</param>
/// <param name="Size">Of the length: 1, 2, 4 or 8 bytes.</param>
/// <param name="IsLittleEndian">Its first byte is the lowest.</param>
/// <param name="Adjustment">What is to be added to it for the number of bytes behind it; negative where it counts what comes before, or itself.</param>
/// <param name="Maximum">The longest message, all of it, in bytes.</param>
internal sealed record LengthPrefix(int Offset, int Size, bool IsLittleEndian, int Adjustment, long Maximum)
{
    /// <summary>What comes before the length, and the length.</summary>
    public int HeadSize => Offset + Size;
}
