using System.Text;

namespace Proxify.SystemTests.Framed;

/// <summary>A client of redis that adds nothing and hides nothing: requests and replies are the bytes that pass.</summary>
internal sealed class Resp(Wire wire) : IDisposable
{
    public Wire Wire => wire;

    public static async Task<Resp> ConnectAsync(Lab lab, int port, int? receiveBuffer = null) => new(await Wire.ConnectAsync(lab, port, receiveBuffer));

    /// <summary>A request, as clients send it.</summary>
    public static string Request(params ReadOnlySpan<string> words)
    {
        var request = new StringBuilder().Append('*').Append(words.Length).Append("\r\n");
        foreach (var word in words)
            request.Append(Bulk(word));
        return request.ToString();
    }

    /// <summary>A value, as servers send it.</summary>
    public static string Bulk(string value) => $"${value.Length}\r\n{value}\r\n";

    public Task SendAsync(params string[] words) => wire.SendAsync(Request(words));

    public async Task<string> AskAsync(params string[] words)
    {
        await SendAsync(words);
        return await ReplyAsync();
    }

    /// <summary>The words of the next request, with spaces between.</summary>
    public static async ValueTask<string> RequestAsync(Wire wire)
    {
        var words = new string[int.Parse((await wire.LineAsync()).AsSpan(1))];
        for (var i = 0; i < words.Length; i++)
        {
            var length = int.Parse((await wire.LineAsync()).AsSpan(1));
            words[i] = (await wire.BytesAsync(length + 2))[..length];
        }

        return string.Join(' ', words);
    }

    /// <summary>The next reply, or push, whole.</summary>
    public async Task<string> ReplyAsync()
    {
        var reply = new StringBuilder();
        for (var pending = 1L; pending > 0; pending--)
        {
            var line = await wire.LineAsync();
            reply.Append(line);
            Assert.True(
                line.EndsWith("\r\n", StringComparison.Ordinal) && "+-:_#,($!=*~>%|".Contains(line[0], StringComparison.Ordinal),
                $"no reply: {Wire.Show(line)}");
            var count = "$!=*~>%|".Contains(line[0], StringComparison.Ordinal) ? long.Parse(line.AsSpan(1)) : 0;
            if (line[0] is '$' or '!' or '=' && count >= 0)
                reply.Append(await wire.BytesAsync((int)count + 2));
            else if (line[0] is '%' or '|')
                pending += (2 * count) + (line[0] == '|' ? 1 : 0);
            else
                pending += Math.Max(0, count);
        }

        return reply.ToString();
    }

    public void Dispose() => wire.Dispose();
}
