using Proxify.Framing;
using Proxify.Framing.Line;

namespace Proxify.FuzzTests.Targets;

/// <summary>Lines.</summary>
internal sealed class LineTarget() : CodecTarget(new LineCodec("\r\n"u8, 64), ReplyShape.Plain)
{
    public override IReadOnlyList<byte[]> Seeds =>
    [
        "a line\r\nanother\r\n"u8.ToArray(), "\r\r\n\r\n"u8.ToArray(),
    ];

    public override IReadOnlyList<byte[]> Words => ["\r\n"u8.ToArray(), "\r"u8.ToArray()];
}
