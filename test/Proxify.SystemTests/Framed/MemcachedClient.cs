using System.Text;

namespace Proxify.SystemTests.Framed;

/// <summary>A client of memcached's text protocol that hides nothing.</summary>
internal sealed class MemcachedClient(Wire wire) : IDisposable
{
    public Wire Wire => wire;

    public static async Task<MemcachedClient> ConnectAsync(Lab lab, int port) => new(await Wire.ConnectAsync(lab, port));

    /// <summary>memcached in a lab.</summary>
    public static async Task<int> StartServerAsync(Lab lab)
    {
        var port = lab.Port();
        lab.Start([Tool.Require("memcached", "memcached"), "-u", "nobody", "-l", "127.0.0.1", "-p", $"{port}", "-U", "0", "-t", "2", "-m", "256", "-I", "8m"]);
        await Patience.Eventually(() => !lab.IsRefused(port));
        return port;
    }

    public async Task<string> AskAsync(string request, MemcachedLines lines = MemcachedLines.One)
    {
        await wire.SendAsync(request);
        return await ReplyAsync(lines);
    }

    public async Task<string> ReplyAsync(MemcachedLines lines)
    {
        var reply = new StringBuilder();
        for (var isOver = lines == MemcachedLines.None; !isOver;)
        {
            var line = await wire.LineAsync();
            reply.Append(line);
            var words = line.TrimEnd().Split(' ');
            if (words[0] is "VALUE" or "VA")
                reply.Append(await wire.BytesAsync(int.Parse(words[words[0] == "VA" ? 1 : 3]) + 2));
            isOver = lines == MemcachedLines.One || words[0] is not ("VALUE" or "STAT");
        }

        return reply.ToString();
    }

    public void Dispose() => wire.Dispose();
}
