using System.Text;

namespace Proxify.Framing.Redis;

/// <summary>What Redis, Valkey and KeyDB speak: RESP2 and RESP3.</summary>
internal sealed partial class RedisCodec(bool speaksResp3 = false) : IFrameCodec
{
    private static readonly RespScanner Requests = new(isRequest: true);
    private static readonly RespScanner Replies = new(isRequest: false);

    public FrameScan ScanRequest(ReadOnlySpan<byte> bytes, ref ScanState state) => Requests.Scan(bytes, ref state);

    public FrameScan ScanReply(ReadOnlySpan<byte> bytes, ReplyShape shape, ref ScanState state) => Replies.Scan(bytes, ref state);

    /// <summary>RESP3's pushes: a client may have another's invalidations sent to any connection (CLIENT TRACKING REDIRECT).</summary>
    public bool IsUnasked(byte first) => first == '>';

    public byte[] Greeting => speaksResp3 ? Hello : [];

    public IFrameCodec? Upgraded { get; } = speaksResp3 ? null : new RedisCodec(speaksResp3: true);

    public byte[] TargetLost { get; } = "-ERR proxify: the connection to the server was lost, it is unknown whether it has done this\r\n"u8.ToArray();

    public RequestTraits Classify(ReadOnlySpan<byte> request)
    {
        var words = new RespWords(request);
        var name = words.Next();
        var found = RedisCommands.Find(name);
        return new(found == RequestClass.Own ? ConnectionCommands.Find(name, words, speaksResp3) : found);
    }

    public byte[] Answer(ReadOnlySpan<byte> request, long client)
    {
        var words = new RespWords(request);
        return ConnectionCommands.Answer(words.Next(), words, client);
    }

    public bool IsSaidAgain(ReadOnlySpan<byte> request)
    {
        var words = new RespWords(request);
        return ConnectionCommands.IsSaidAgain(words.Next(), words);
    }

    public string NameOf(ReadOnlySpan<byte> request)
    {
        var name = new RespWords(request).Next();
        return RedisCommands.IsKnown(name) ? Encoding.ASCII.GetString(name).ToUpperInvariant() : "other";
    }
}
