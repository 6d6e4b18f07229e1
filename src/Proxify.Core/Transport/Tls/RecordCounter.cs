namespace Proxify.Transport.Tls;

/// <summary>Follows the records of a stream by their headers, and knows how much of the last one has come.</summary>
internal sealed class RecordCounter
{
    private const int HeaderSize = 5;

    private int _length;

    /// <summary>Bytes of a record that is no whole yet.</summary>
    public int Bytes { get; private set; }

    public void Count(ReadOnlySpan<byte> wire)
    {
        while (!wire.IsEmpty)
        {
            if (Bytes < HeaderSize)
            {
                // The last two bytes of the header are the length.
                if (Bytes >= HeaderSize - 2)
                    _length = (_length << 8) | wire[0];
                Bytes++;
                wire = wire[1..];
            }
            else
            {
                var taken = Math.Min(wire.Length, HeaderSize + _length - Bytes);
                Bytes += taken;
                wire = wire[taken..];
            }

            if (Bytes < HeaderSize || Bytes < HeaderSize + _length)
                continue;
            Bytes = _length = 0;
        }
    }
}
