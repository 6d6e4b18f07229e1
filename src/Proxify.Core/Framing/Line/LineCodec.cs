namespace Proxify.Framing.Line;

/// <summary>Messages that end with a delimiter, both ways alike. Of what they ask for nothing is known: none is sent again.</summary>
internal sealed class LineCodec : IFrameCodec
{
    /// <summary>The longest delimiter, in bytes.</summary>
    public const int LongestDelimiter = 8;

    private readonly ulong _delimiter;
    private readonly ulong _mask;
    private readonly int _length;
    private readonly long _maximum;

    /// <param name="delimiter">1 to 8 bytes; part of the message.</param>
    /// <param name="maximum">The longest message, its delimiter included, in bytes.</param>
    public LineCodec(ReadOnlySpan<byte> delimiter, long maximum)
    {
        if (delimiter.Length is 0 or > LongestDelimiter)
            throw new ArgumentException($"{delimiter.Length} bytes; expected 1 to {LongestDelimiter}", nameof(delimiter));

        foreach (var one in delimiter)
            _delimiter = (_delimiter << 8) | one;
        _length = delimiter.Length;
        _mask = ulong.MaxValue >> (64 - (8 * _length));
        _maximum = maximum;
    }

    public FrameScan ScanRequest(ReadOnlySpan<byte> bytes, ref ScanState state) => Scan(bytes, ref state);

    public FrameScan ScanReply(ReadOnlySpan<byte> bytes, ReplyShape shape, ref ScanState state) => Scan(bytes, ref state);

    public RequestTraits Classify(ReadOnlySpan<byte> request) => new(RequestClass.Write);

    private FrameScan Scan(ReadOnlySpan<byte> bytes, ref ScanState state)
    {
        var mayTake = (int)Math.Min(bytes.Length, _maximum - state.Number);
        var found = _length == 1 ? bytes[..mayTake].IndexOf((byte)_delimiter) : Find(bytes[..mayTake], ref state);
        var length = found < 0 ? mayTake : found + 1;
        state.Number += length;
        return new(found >= 0 ? FrameStatus.Complete : length < bytes.Length ? FrameStatus.Malformed : FrameStatus.Partial, length);
    }

    /// <summary>Where the delimiter's last byte is; it may have begun in an earlier piece.</summary>
    private int Find(ReadOnlySpan<byte> bytes, ref ScanState state)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            state.Word = (state.Word << 8) | bytes[i];
            if ((state.Word & _mask) == _delimiter && state.Number + i + 1 >= _length)
                return i;
        }

        return -1;
    }
}
