namespace Proxify.Transport.Uring;

/// <summary>Bytes that wait to be sent: memory of a <see cref="SendMemory"/>, or none.</summary>
internal unsafe struct SendBlock
{
    public byte* Data;
    public int Capacity;

    /// <summary>Bytes that have been sent.</summary>
    public int Sent;

    /// <summary>Bytes that are there, the sent ones included.</summary>
    public int Length;

    public readonly int Left => Length - Sent;
}
