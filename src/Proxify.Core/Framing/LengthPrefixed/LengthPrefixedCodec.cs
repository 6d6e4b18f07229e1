namespace Proxify.Framing.LengthPrefixed;

/// <summary>Messages that say how long they are, both ways alike. Of what they ask for nothing is known: none is sent again.</summary>
internal sealed class LengthPrefixedCodec(LengthPrefix prefix) : IFrameCodec
{
    public FrameScan ScanRequest(ReadOnlySpan<byte> bytes, ref ScanState state) => Scan(bytes, ref state);

    public FrameScan ScanReply(ReadOnlySpan<byte> bytes, ReplyShape shape, ref ScanState state) => Scan(bytes, ref state);

    public RequestTraits Classify(ReadOnlySpan<byte> request) => new(RequestClass.Write);

    private FrameScan Scan(ReadOnlySpan<byte> bytes, ref ScanState state)
    {
        var read = 0;
        while (state.Count < prefix.HeadSize)
        {
            if (read == bytes.Length)
                return new(FrameStatus.Partial, read);
            if (state.Count >= prefix.Offset)
                state.Word = prefix.IsLittleEndian ? state.Word | ((ulong)bytes[read] << (8 * (state.Count - prefix.Offset))) : (state.Word << 8) | bytes[read];
            state.Count++;
            read++;
            if (state.Count == prefix.HeadSize && !TryMeasure(ref state))
                return new(FrameStatus.Malformed, read - 1);
        }

        var taken = (int)Math.Min(state.Skip, bytes.Length - read);
        state.Skip -= taken;
        return new(state.Skip == 0 ? FrameStatus.Complete : FrameStatus.Partial, read + taken);
    }

    /// <summary>False: the length is more than a message may have, or less than it has already.</summary>
    private bool TryMeasure(ref ScanState state)
    {
        var longest = prefix.Maximum - prefix.HeadSize;
        if (state.Word > long.MaxValue - int.MaxValue)
            return false;
        state.Skip = (long)state.Word + prefix.Adjustment;
        return state.Skip >= 0 && state.Skip <= longest;
    }
}
