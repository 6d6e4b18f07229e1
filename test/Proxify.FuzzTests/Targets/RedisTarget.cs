using Proxify.Framing;
using Proxify.Framing.Redis;

namespace Proxify.FuzzTests.Targets;

/// <summary>What a client or server of redis says.</summary>
internal sealed class RedisTarget() : CodecTarget(new RedisCodec(), ReplyShape.Plain)
{
    public override IReadOnlyList<byte[]> Seeds =>
    [
        "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"u8.ToArray(),
        "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n+OK\r\n"u8.ToArray(),
        "%1\r\n+a\r\n|1\r\n+x\r\n_\r\n*2\r\n:1\r\n$-1\r\n>1\r\n#t\r\n"u8.ToArray(),
    ];

    public override IReadOnlyList<byte[]> Words =>
    [
        "\r\n"u8.ToArray(),
        "*2147483647\r\n"u8.ToArray(),
        "$3\r\n"u8.ToArray(),
        "|1\r\n"u8.ToArray(),
        "-1\r\n"u8.ToArray(),
    ];
}
