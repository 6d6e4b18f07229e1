using System.Buffers.Binary;

namespace Proxify.Prefaces;

/// <summary>Goes through a TLS structure (RFC 8446, 3) and never beyond its end: what is not there is not read, and nothing moves then.</summary>
/// <param name="bytes">The structure.</param>
/// <param name="start">Where it begins in the message that <see cref="Position"/> counts in.</param>
internal ref struct TlsCursor(ReadOnlySpan<byte> bytes, int start)
{
    /// <summary>What has not been read.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public readonly bool IsAtEnd => Rest.IsEmpty;

    public int Position { get; private set; } = start;

    public bool TryReadUInt16(out ushort value)
    {
        value = 0;
        if (!TryRead(sizeof(ushort), out var read))
            return false;
        value = BinaryPrimitives.ReadUInt16BigEndian(read.Rest);
        return true;
    }

    /// <summary>Reads a vector whose length comes before it, in one byte.</summary>
    public bool TryReadVector8(out TlsCursor vector)
    {
        vector = default;
        if (Rest is not [var length, ..] || Rest.Length - 1 < length)
            return false;
        Skip(1);
        return TryRead(length, out vector);
    }

    /// <summary>Reads a vector whose length comes before it, in two bytes.</summary>
    public bool TryReadVector16(out TlsCursor vector)
    {
        vector = default;
        if (!BinaryPrimitives.TryReadUInt16BigEndian(Rest, out var length) || Rest.Length - sizeof(ushort) < length)
            return false;
        Skip(sizeof(ushort));
        return TryRead(length, out vector);
    }

    public bool TryRead(int length, out TlsCursor read)
    {
        read = default;
        if (Rest.Length < length)
            return false;
        read = new TlsCursor(Rest[..length], Position);
        Skip(length);
        return true;
    }

    private void Skip(int length)
    {
        Rest = Rest[length..];
        Position += length;
    }
}
