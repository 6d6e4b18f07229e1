using Proxify.Framing;
using Proxify.Framing.LengthPrefixed;

namespace Proxify.FuzzTests.Targets;

/// <summary>Messages that say how long they are.</summary>
internal sealed class LengthPrefixedTarget() : CodecTarget(new LengthPrefixedCodec(new(1, 4, false, -4, 100)), ReplyShape.Plain)
{
    public override IReadOnlyList<byte[]> Seeds =>
    [
        [1, 0, 0, 0, 6, 1, 2], [1, 0, 0, 0, 4, 2, 0, 0, 0, 5, 9],
    ];

    public override IReadOnlyList<byte[]> Words => [[0, 0, 0, 4], [255, 255, 255, 255]];
}
