using System.Runtime.CompilerServices;

namespace Proxify.Framing.Redis;

/// <summary>
/// Finds the ends of messages of RESP2 and RESP3 (https://redis.io/docs/latest/develop/reference/protocol-spec/), as strictly as they are specified: CRLF
/// behind every length, text and bulk, no sign or leading zero that needs not be. Elements are counted, not nested: a message ends when none is still to
/// come. Strings and aggregates of unknown length (RESP3's <c>$?</c>, <c>*?</c>), which no server sends, are malformed.
/// </summary>
/// <param name="isRequest">An array of one or more bulk strings, which is what clients send.</param>
internal readonly struct RespScanner(bool isRequest)
{
    /// <summary>redis refuses more (PROTO_INLINE_MAX_SIZE, networking.c, of the line that says it): what is longer than any number is not read on.</summary>
    private const int MostDigits = 18;

    /// <summary>redis refuses more at once, unless it is told otherwise (proto-max-bulk-len): not to be waited for.</summary>
    private const long LongestRequestBulk = 512 << 20;

    /// <summary>Of an array, set or map: more than any server has (INT_MAX).</summary>
    private const long MostElements = int.MaxValue;

    public FrameScan Scan(ReadOnlySpan<byte> bytes, ref ScanState state)
    {
        var read = 0;
        while (read < bytes.Length)
        {
            if ((RespPhase)state.Phase == RespPhase.Kind && TryTakeWhole(bytes[read..], ref state, out var taken))
            {
                read += taken;
                if (state.Pending == 0)
                    return new(FrameStatus.Complete, read);
                continue;
            }

            var isGood = (RespPhase)state.Phase switch
            {
                RespPhase.Kind => TakeKind(bytes[read++], ref state),
                RespPhase.Length => TakeLength(bytes[read++], ref state),
                RespPhase.LengthEnd => bytes[read++] == '\n' && EndLength(ref state),
                RespPhase.Text => TakeText(bytes[read..], ref read, ref state),
                RespPhase.TextEnd => bytes[read++] == '\n' && EndElement(ref state),
                RespPhase.Bulk => TakeBulk(bytes.Length - read, ref read, ref state),
                RespPhase.BulkEnd => bytes[read++] == '\r' && Enter(RespPhase.BulkEndLine, ref state),
                _ => bytes[read++] == '\n' && EndElement(ref state),
            };
            if (!isGood)
                return new(FrameStatus.Malformed, read - 1);
            if (state.Pending == 0)
                return new(FrameStatus.Complete, read);
        }

        return new(FrameStatus.Partial, read);
    }

    /// <summary>
    /// An element of the most frequent kinds, a bulk string or the head of an array, if all of it is here: most are. A fifth of the proxy's work for pipelined
    /// requests would be to take them byte by byte. Whatever is odd about one is left to that.
    /// </summary>
    private bool TryTakeWhole(ReadOnlySpan<byte> bytes, ref ScanState state, out int taken)
    {
        const int MostBytes = 9; // of the kind and its number
        taken = 0;
        var isFirst = state.Pending == 0;
        var isBulk = bytes[0] == '$';
        if ((!isBulk && bytes[0] != '*') || (isRequest && isBulk == isFirst) || bytes.Length < 4)
            return false;
        var number = (uint)(bytes[1] - '0');
        if (number > 9)
            return false;
        var at = 2;
        for (uint digit; at < bytes.Length && number is > 0 and <= 9_999_999 && (digit = (uint)(bytes[at] - '0')) <= 9; at++)
            number = (number * 10) + digit;
        if (at > MostBytes || !IsLineEnd(bytes, at))
            return false;
        at += 2;
        if (isBulk)
        {
            at += (int)number;
            if (!IsLineEnd(bytes, at))
                return false;
            at += 2;
        }
        else if (isRequest && number == 0)
        {
            return false;
        }

        state.Pending += (isFirst ? 0 : -1) + (isBulk ? 0 : number);
        taken = at;
        return true;
    }

    private static bool IsLineEnd(ReadOnlySpan<byte> bytes, int at) => at + 1 < bytes.Length && bytes[at] == '\r' && bytes[at + 1] == '\n';

    private bool TakeKind(byte kind, ref ScanState state)
    {
        var isFirst = state.Pending == 0;
        if (isFirst)
            state.Pending = 1;
        state.Kind = kind;
        (state.Count, state.Number, state.IsNegative) = (0, 0, false);
        if (isRequest)
            return kind == (isFirst ? '*' : '$') && Enter(RespPhase.Length, ref state);
        return kind switch
        {
            (byte)'+' or (byte)'-' or (byte)':' or (byte)'_' or (byte)'#' or (byte)',' or (byte)'(' => Enter(RespPhase.Text, ref state),
            (byte)'$' or (byte)'!' or (byte)'=' or (byte)'*' or (byte)'~' or (byte)'%' or (byte)'|' or (byte)'>' => Enter(RespPhase.Length, ref state),
            _ => false,
        };
    }

    private bool TakeLength(byte next, ref ScanState state)
    {
        if (next == '\r')
            return state.Count > 0 && Enter(RespPhase.LengthEnd, ref state);
        if (next == '-' && state.Count == 0 && !state.IsNegative && !isRequest)
        {
            state.IsNegative = true;
            return true;
        }

        // Of negative ones there is -1, which says null; and no number but 0 begins with 0.
        if (next is < (byte)'0' or > (byte)'9' || state.Count == MostDigits || (state.Count > 0 && (state.Number == 0 || state.IsNegative)))
            return false;
        state.Number = (state.Number * 10) + (next - '0');
        state.Count++;
        return !state.IsNegative || state.Number == 1;
    }

    private bool EndLength(ref ScanState state)
    {
        if (state.IsNegative)
            return state.Kind is (byte)'$' or (byte)'*' && EndElement(ref state);
        if (state.Kind is (byte)'$' or (byte)'!' or (byte)'=')
        {
            state.Skip = state.Number;
            return (!isRequest || state.Number <= LongestRequestBulk) && Enter(state.Skip == 0 ? RespPhase.BulkEnd : RespPhase.Bulk, ref state);
        }

        if (state.Number > MostElements)
            return false;
        switch (state.Kind)
        {
            case (byte)'%':
                state.Pending += 2 * state.Number;
                return EndElement(ref state);
            case (byte)'|': // says something of the element that comes behind it, and is none itself
                state.Pending += 2 * state.Number;
                return Enter(RespPhase.Kind, ref state);
            default:
                state.Pending += state.Number;
                return EndElement(ref state) && (!isRequest || state.Number > 0);
        }
    }

    private static bool TakeText(ReadOnlySpan<byte> bytes, ref int read, ref ScanState state)
    {
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        read += end < 0 ? bytes.Length : end + 1;
        return end < 0 || (bytes[end] == '\r' && Enter(RespPhase.TextEnd, ref state));
    }

    private static bool TakeBulk(int available, ref int read, ref ScanState state)
    {
        var taken = (int)Math.Min(state.Skip, available);
        read += taken;
        state.Skip -= taken;
        return state.Skip > 0 || Enter(RespPhase.BulkEnd, ref state);
    }

    private static bool EndElement(ref ScanState state)
    {
        state.Pending--;
        return Enter(RespPhase.Kind, ref state);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Enter(RespPhase phase, ref ScanState state)
    {
        state.Phase = (byte)phase;
        return true;
    }
}
