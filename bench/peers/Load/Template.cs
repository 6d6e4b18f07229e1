using System.Text;

namespace Proxify.Peers.Load;

/// <summary>Bytes that are always the same, but for the key's number.</summary>
sealed class Template
{
    readonly byte[] _bytes;
    readonly int[] _places;

    public Template(string text)
    {
        _bytes = Encoding.Latin1.GetBytes(text);
        _places = [.. Enumerable.Range(0, text.Length).Where(i => string.CompareOrdinal(text, i, Exchange.Number, 0, Exchange.Number.Length) == 0)];
    }

    public int Length => _bytes.Length;

    /// <summary>Writes it for a key, whose number is given as <see cref="Exchange.Digits"/>.</summary>
    public void Write(Span<byte> to, ulong digits)
    {
        _bytes.CopyTo(to);
        foreach (var place in _places)
            BitConverter.TryWriteBytes(to[place..], digits);
    }

    /// <summary>Those bytes, no more than there are here, are its beginning for that key.</summary>
    public bool BeginsWith(ReadOnlySpan<byte> bytes, ulong digits)
    {
        Span<byte> expected = stackalloc byte[256];
        Write(expected, digits);
        return bytes.SequenceEqual(expected[..bytes.Length]);
    }
}
