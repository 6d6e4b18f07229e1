using Proxify.Framing;
using Proxify.FuzzTests.Harness;

namespace Proxify.FuzzTests.Targets;

/// <summary>Where messages end is the same, however they are cut; what is a whole request has a class.</summary>
internal abstract class CodecTarget(IFrameCodec codec, params ReplyShape[] shapes) : FuzzTarget
{
    public override int MaxLength => 512;

    public override long AllocationBound(int length) => 0;

    public override void Run(ReadOnlySpan<byte> input)
    {
        for (var rest = input; ScanBothWays(rest, null) is { Status: FrameStatus.Complete } found; rest = rest[found.Length..])
        {
            Holds(found.Length > 0);
            _ = codec.Classify(rest[..found.Length]);
        }

        foreach (var shape in shapes)
        {
            for (var rest = input; ScanBothWays(rest, shape) is { Status: FrameStatus.Complete } found; rest = rest[found.Length..])
                Holds(found.Length > 0);
        }
    }

    private FrameScan ScanBothWays(ReadOnlySpan<byte> bytes, ReplyShape? shape)
    {
        var whole = Scan(bytes, shape, Math.Max(1, bytes.Length));
        Holds(Scan(bytes, shape, 1) == whole);
        Holds(Scan(bytes, shape, 1 + (bytes.Length * 7 % 13)) == whole);
        return whole;
    }

    private FrameScan Scan(ReadOnlySpan<byte> bytes, ReplyShape? shape, int piece)
    {
        var (read, state) = (0, default(ScanState));
        while (read < bytes.Length)
        {
            var shown = bytes.Slice(read, Math.Min(piece, bytes.Length - read));
            var found = shape is { } reply ? codec.ScanReply(shown, reply, ref state) : codec.ScanRequest(shown, ref state);
            read += found.Length;
            if (found.Status != FrameStatus.Partial)
                return new(found.Status, read);
            Holds(found.Length == shown.Length);
        }

        return new(FrameStatus.Partial, read);
    }
}
