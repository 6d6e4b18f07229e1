using System.Buffers.Text;
using System.Text;

namespace Proxify.Framing.Memcached;

/// <summary>memcached's text and meta protocol.</summary>
internal sealed class MemcachedCodec : IFrameCodec, ICacheCodec
{
    /// <summary>KEY_MAX_LENGTH.</summary>
    private const int LongestKey = 250;

    /// <summary>A server that has a part of a longer line, unless it is of <c>get</c> or <c>gets</c>, ends the connection (try_read_command_ascii).</summary>
    private const int LongestLine = 1024;

    private static readonly MemcachedScanner Requests = new(isRequest: true);
    private static readonly MemcachedScanner Replies = new(isRequest: false);

    public FrameScan ScanRequest(ReadOnlySpan<byte> bytes, ref ScanState state) => Requests.Scan(bytes, ReplyShape.Plain, ref state);

    public FrameScan ScanReply(ReadOnlySpan<byte> bytes, ReplyShape shape, ref ScanState state) => Replies.Scan(bytes, shape, ref state);

    /// <summary>
    /// A command with which the server may find fault before it has counted its value takes the value for the next command, and answers twice: so whatever is
    /// odd about one, and whatever may go without an answer, is for a connection of its own. (It takes a NUL for the end of the line, and <c>noreply</c> for
    /// itself where a number has to be.)
    /// </summary>
    public RequestTraits Classify(ReadOnlySpan<byte> request)
    {
        var line = request[..request.IndexOf((byte)'\r')];
        var words = line.Count((byte)' ') + 1;
        var isGood = !line.ContainsAnyInRange((byte)0, (byte)0x1f) && (line.Length <= LongestLine || line.StartsWith("get"u8));
        var name = Next(ref line);
        var command = MemcachedTable.Find(MemcachedTable.Word(name));
        isGood &= words >= command.Words && words <= command.MostWords; // noreply is one too many
        for (var i = 1; i < words && isGood; i++)
        {
            var word = Next(ref line);
            isGood = word.Length is > 0 and <= LongestKey && !word.SequenceEqual("noreply"u8)
                && (name[0] == 'm' ? i < command.Words || word[0] != 'q' : command.LengthWord == 0 || IsGood(i, word));
        }

        return isGood ? command.Traits : new(RequestClass.Own, command.Traits.Shape);
    }

    /// <summary>Words of <c>set key flags exptime bytes [unique]</c>.</summary>
    private static bool IsGood(int i, ReadOnlySpan<byte> word)
    {
        var read = 0;
        return i switch
        {
            2 => Utf8Parser.TryParse(word, out uint _, out read),
            3 => Utf8Parser.TryParse(word, out int _, out read),
            5 => Utf8Parser.TryParse(word, out ulong _, out read),
            _ => true,
        } && (i is not (2 or 3 or 5) || read == word.Length);
    }

    public byte[] TargetLost { get; } = "SERVER_ERROR proxify: the connection to the server was lost, it is unknown whether it has done this\r\n"u8.ToArray();

    public string NameOf(ReadOnlySpan<byte> request)
    {
        var name = request[..request.IndexOfAny((byte)' ', (byte)'\r')];
        return MemcachedTable.Find(MemcachedTable.Word(name)).IsKnown ? Encoding.ASCII.GetString(name) : "other";
    }

    public bool TryGetKey(ReadOnlySpan<byte> request, out ReadOnlySpan<byte> key)
    {
        var line = request[..request.IndexOf((byte)'\r')];
        var isGet = Next(ref line).SequenceEqual("get"u8);
        key = isGet ? Next(ref line) : default;
        return !key.IsEmpty && line.IsEmpty;
    }

    public void VisitKeys(ReadOnlySpan<byte> request, IKeyVisitor visitor)
    {
        var line = request[..request.IndexOf((byte)'\r')];
        var name = Next(ref line);
        var most = name.StartsWith("g"u8) ? int.MaxValue : 1; // a time before the keys of gat does no harm
        for (var i = 0; i < most && !line.IsEmpty; i++)
            visitor.OnKey(Next(ref line));
    }

    public ReplyKind Judge(ReadOnlySpan<byte> reply) =>
        reply.StartsWith("VALUE "u8) ? ReplyKind.Value : reply.StartsWith("END\r"u8) ? ReplyKind.NoKey : ReplyKind.Error;

    private static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)' ');
        var word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[(end + 1)..];
        return word;
    }
}
