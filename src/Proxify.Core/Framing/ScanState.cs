namespace Proxify.Framing;

/// <summary>
/// How far a message has been read: what a codec keeps from one piece of it to the next, in the codec's own terms. The default is a message that has not begun.
/// </summary>
internal struct ScanState
{
    /// <summary>The codec's place within a part of the message.</summary>
    public byte Phase;

    /// <summary>The first byte of the part that is being read.</summary>
    public byte Kind;

    /// <summary>A minus has been read before the number.</summary>
    public bool IsNegative;

    /// <summary>Digits of the number, or bytes of the word, that have been read.</summary>
    public int Count;

    /// <summary>The number that is being read.</summary>
    public long Number;

    /// <summary>The last bytes that were read, where they are looked at together.</summary>
    public ulong Word;

    /// <summary>Parts that are still to come, the one that is being read included.</summary>
    public long Pending;

    /// <summary>Bytes that are still to come and are not looked at.</summary>
    public long Skip;
}
