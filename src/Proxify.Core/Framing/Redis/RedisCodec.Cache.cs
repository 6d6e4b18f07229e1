using System.Buffers.Text;
using System.Text;

namespace Proxify.Framing.Redis;

/// <summary>
/// What lets replies be kept: the server tells which keys have changed (CLIENT TRACKING with BCAST,
/// https://redis.io/docs/latest/develop/reference/client-side-caching/).
/// </summary>
internal sealed partial class RedisCodec : ICacheCodec
{
    private static readonly byte[] Hello = Request("HELLO"u8, "3"u8);

    public byte[] Probe { get; } = Request("PING"u8);

    public bool TellsLifetimes => true;

    public bool TryGetKey(ReadOnlySpan<byte> request, out ReadOnlySpan<byte> key) => RedisKeys.TryGetPureKey(request, out key);

    public void VisitKeys(ReadOnlySpan<byte> request, IKeyVisitor visitor) => RedisKeys.Visit(request, visitor);

    public ReplyKind Judge(ReadOnlySpan<byte> reply) => reply[0] switch
    {
        (byte)'-' or (byte)'!' => ReplyKind.Error,
        (byte)'_' => ReplyKind.NoKey,
        (byte)'$' or (byte)'*' when reply[1] == '-' => ReplyKind.NoKey,
        (byte)'*' or (byte)'%' or (byte)'~' or (byte)':' when reply[1] == '0' => ReplyKind.NoKey,
        _ => ReplyKind.Value,
    };

    public byte[] LifetimeOf(ReadOnlySpan<byte> key) => Request("PTTL"u8, key);

    /// <summary>-1: the key has no end; -2: there is no key.</summary>
    public bool TryReadLifetime(ReadOnlySpan<byte> reply, out long milliseconds)
    {
        milliseconds = 0;
        if (reply[0] != ':' || !Utf8Parser.TryParse(reply[1..], out long told, out _) || told < -1)
            return false;
        milliseconds = told < 0 ? long.MaxValue : told;
        return true;
    }

    public IReadOnlyList<byte[]> Subscribe(IReadOnlyList<ReadOnlyMemory<byte>> prefixes)
    {
        var words = new List<ReadOnlyMemory<byte>> { "CLIENT"u8.ToArray(), "TRACKING"u8.ToArray(), "ON"u8.ToArray(), "BCAST"u8.ToArray() };
        foreach (var prefix in prefixes)
        {
            words.Add("PREFIX"u8.ToArray());
            words.Add(prefix);
        }

        return [Hello, Request([.. words])];
    }

    public bool? ReadNews(ReadOnlySpan<byte> message, IKeyVisitor visitor)
    {
        if (message[0] != '>')
            return message[0] is not ((byte)'-' or (byte)'!');
        var words = new RespWords(message);
        if (!words.Next().SequenceEqual("invalidate"u8))
            return null;
        if (words.IsNull)
        {
            visitor.OnAnyKey(); // FLUSHALL, FLUSHDB
            return null;
        }

        words.Enter();
        while (words.HasMore)
            visitor.OnKey(words.Next());
        return null;
    }

    private static byte[] Request(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word = default) =>
        word.IsEmpty ? Request([name.ToArray()]) : Request([name.ToArray(), word.ToArray()]);

    private static byte[] Request(ReadOnlySpan<ReadOnlyMemory<byte>> words)
    {
        var request = new List<byte>();
        request.AddRange(Encoding.ASCII.GetBytes($"*{words.Length}\r\n"));
        foreach (var word in words)
        {
            request.AddRange(Encoding.ASCII.GetBytes($"${word.Length}\r\n"));
            request.AddRange(word.Span);
            request.AddRange("\r\n"u8);
        }

        return [.. request];
    }
}
