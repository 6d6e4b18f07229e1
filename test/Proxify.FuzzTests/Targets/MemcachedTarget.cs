using Proxify.Framing;
using Proxify.Framing.Memcached;

namespace Proxify.FuzzTests.Targets;

/// <summary>What a client or server of memcached says.</summary>
internal sealed class MemcachedTarget() : CodecTarget(new MemcachedCodec(), ReplyShape.Plain, ReplyShape.Values, ReplyShape.Meta)
{
    public override IReadOnlyList<byte[]> Seeds =>
    [
        "get a b\r\nset k 0 0 2\r\nab\r\n"u8.ToArray(),
        "ms k 2 T0\r\nab\r\nmg k v\r\n"u8.ToArray(),
        "VALUE k 0 2\r\nab\r\nEND\r\n"u8.ToArray(),
        "VA 2 t\r\nab\r\nHD\r\n"u8.ToArray(),
    ];

    public override IReadOnlyList<byte[]> Words =>
    [
        "\r\n"u8.ToArray(),
        "VALUE "u8.ToArray(),
        "set k 0 0 "u8.ToArray(),
        " noreply"u8.ToArray(),
        "VA "u8.ToArray(),
    ];
}
