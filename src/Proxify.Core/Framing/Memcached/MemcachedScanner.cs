namespace Proxify.Framing.Memcached;

/// <summary>
/// Finds the ends of messages of memcached's text and meta protocol (doc/protocol.txt in its sources): a line, and where one of its words says so, that many
/// bytes and CRLF behind it. Which word that is, a table says by the line's first word.
/// </summary>
/// <param name="isRequest">A line whose first word is not in the table is malformed.</param>
internal readonly struct MemcachedScanner(bool isRequest)
{
    /// <summary>The longest first word that is told from others.</summary>
    private const int LongestWord = 8;

    /// <summary>Lengths have fewer: a value is 1 GiB at the most.</summary>
    private const int MostDigits = 10;

    /// <summary>As <see cref="ScanState.Kind"/> has it: no word of the line is a length.</summary>
    private const byte NoLength = 0;

    public FrameScan Scan(ReadOnlySpan<byte> bytes, ReplyShape shape, ref ScanState state)
    {
        var read = 0;
        while (read < bytes.Length)
        {
            var isGood = (MemcachedPhase)state.Phase switch
            {
                MemcachedPhase.Line => TakeWord(bytes[read++], shape, ref state),
                MemcachedPhase.Length => TakeLength(bytes[read++], ref state),
                MemcachedPhase.LineEnd => bytes[read++] == '\n' && EndLine(ref state),
                MemcachedPhase.Data => TakeData(bytes.Length - read, ref read, ref state),
                MemcachedPhase.DataEnd => bytes[read++] == '\r' && Enter(MemcachedPhase.DataEndLine, ref state),
                _ => bytes[read++] == '\n' && EndData(shape, ref state),
            };
            if (!isGood)
                return new(FrameStatus.Malformed, read - 1);
            if (state.Pending < 0)
                return new(FrameStatus.Complete, read);
        }

        return new(FrameStatus.Partial, read);
    }

    private bool TakeWord(byte next, ReplyShape shape, ref ScanState state)
    {
        switch (next)
        {
            case (byte)'\n':
                return false;
            case (byte)'\r':
                return (state.Count > 0 || TryEndFirst(shape, ref state)) && Enter(MemcachedPhase.LineEnd, ref state);
            case (byte)' ':
                if (state.Count == 0 && !TryEndFirst(shape, ref state))
                    return false;
                state.Count++;
                return state.Count != state.Kind || Enter(MemcachedPhase.Length, ref state);
            default:
                if (state.Count == 0 && isRequest && (next is < (byte)'a' or > (byte)'z' || state.Skip == LongestWord))
                    return false; // not to be waited for: in the binary protocol no line ever ends
                if (state.Count == 0)
                    state.Word = ++state.Skip > LongestWord ? 0 : (state.Word << 8) | next;
                return true;
        }
    }

    /// <summary>The first word is over: says which one is a length.</summary>
    private bool TryEndFirst(ReplyShape shape, ref ScanState state)
    {
        state.Skip = 0;
        state.Kind = isRequest ? MemcachedTable.Find(state.Word).LengthWord
            : shape == ReplyShape.Values && state.Word == MemcachedTable.Value ? MemcachedTable.ValueLengthWord
            : shape == ReplyShape.Meta && state.Word == MemcachedTable.MetaValue ? MemcachedTable.MetaValueLengthWord
            : NoLength;
        return !isRequest || MemcachedTable.Find(state.Word).IsKnown;
    }

    private static bool TakeLength(byte next, ref ScanState state)
    {
        if (next is (byte)'\r' or (byte)' ')
        {
            state.Count++;
            return state.Pending > 0 && Enter(next == '\r' ? MemcachedPhase.LineEnd : MemcachedPhase.Line, ref state);
        }

        // Pending counts digits here.
        if (next is < (byte)'0' or > (byte)'9' || state.Pending == MostDigits || (state.Pending > 0 && state.Number == 0))
            return false;
        state.Number = (state.Number * 10) + (next - '0');
        state.Pending++;
        return true;
    }

    private static bool EndLine(ref ScanState state)
    {
        if (state.Kind == NoLength)
            return Complete(ref state);
        if (state.Pending == 0)
            return false; // it has ended before the length
        state.Skip = state.Number;
        return Enter(state.Skip == 0 ? MemcachedPhase.DataEnd : MemcachedPhase.Data, ref state);
    }

    private static bool TakeData(int available, ref int read, ref ScanState state)
    {
        var taken = (int)Math.Min(state.Skip, available);
        read += taken;
        state.Skip -= taken;
        return state.Skip > 0 || Enter(MemcachedPhase.DataEnd, ref state);
    }

    private bool EndData(ReplyShape shape, ref ScanState state)
    {
        if (isRequest || shape != ReplyShape.Values)
            return Complete(ref state);
        state = default; // another value, or the line behind the last
        return true;
    }

    private static bool Complete(ref ScanState state)
    {
        state.Pending = -1;
        return true;
    }

    private static bool Enter(MemcachedPhase phase, ref ScanState state)
    {
        state.Phase = (byte)phase;
        return true;
    }
}
