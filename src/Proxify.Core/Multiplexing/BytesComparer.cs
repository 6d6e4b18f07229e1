using Proxify.Caching;

namespace Proxify.Multiplexing;

/// <summary>Compares bytes by their values.</summary>
internal sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static BytesComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] bytes) => (int)KeyHash.Of(bytes);

    public byte[] Create(ReadOnlySpan<byte> bytes) => bytes.ToArray();

    public bool Equals(ReadOnlySpan<byte> bytes, byte[] other) => bytes.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> bytes) => (int)KeyHash.Of(bytes);
}
