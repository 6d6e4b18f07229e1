using System.Text;
using Proxify.Framing;

namespace Proxify.Tests.Framing;

/// <summary>Messages, as codecs find them.</summary>
internal static class Frames
{
    public delegate FrameScan Scan(ReadOnlySpan<byte> bytes, ref ScanState state);

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>
    /// The whole messages at the front of some bytes, and what becomes of the rest: the same however they are cut, or it throws.
    /// </summary>
    public static FoundFrames Of(Scan scan, byte[] bytes)
    {
        var expected = InPieces(scan, bytes, static (_, length) => length);
        for (var cut = 0; cut <= bytes.Length; cut++)
            Same(expected, InPieces(scan, bytes, (at, length) => at < cut ? Math.Min(cut - at, length) : length));
        Same(expected, InPieces(scan, bytes, static (_, _) => 1));
        return expected;
    }

    /// <param name="scan">Of requests, or of replies.</param>
    /// <param name="bytes">Any number of messages.</param>
    /// <param name="piece">How many of the bytes that are left, at a place, are shown at once.</param>
    public static FoundFrames InPieces(Scan scan, byte[] bytes, Func<int, int, int> piece)
    {
        var whole = new List<string>();
        var (begin, at, state) = (0, 0, default(ScanState));
        while (at < bytes.Length)
        {
            var shown = bytes.AsSpan(at, piece(at, bytes.Length - at));
            var found = scan(shown, ref state);
            Assert.True(found.Length <= shown.Length && (found.Length == shown.Length || found.Status != FrameStatus.Partial));
            at += found.Length;
            if (found.Status == FrameStatus.Malformed)
                return new([.. whole], FrameStatus.Malformed, at);
            if (found.Status != FrameStatus.Complete)
                continue;
            whole.Add(Text(bytes.AsSpan(begin..at)));
            (begin, state) = (at, default);
        }

        return new([.. whole], begin == at ? FrameStatus.Complete : FrameStatus.Partial, at);
    }

    private static void Same(FoundFrames expected, FoundFrames actual)
    {
        Assert.Equal(expected.Whole, actual.Whole);
        Assert.Equal(expected.End, actual.End);
    }
}
