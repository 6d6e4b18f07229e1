using System.Text;
using System.Text.RegularExpressions;

namespace Proxify.SystemTests.Framed;

/// <summary>A server, with the clients of a script: in one world they come to it directly, in another through the proxy.</summary>
/// <param name="lab">Where.</param>
/// <param name="port">Where they connect.</param>
/// <param name="cuts">How requests are cut into pieces; null: not at all.</param>
internal sealed partial class RedisWorld(Lab lab, int port, Random? cuts) : IDisposable
{
    private readonly Dictionary<int, Resp> _clients = [];
    private Resp? _neighbour;

    /// <summary>What each client gets when one of them says something.</summary>
    public async Task<string[]> PlayAsync(Step step)
    {
        if (!_clients.TryGetValue(step.Client, out var speaker))
            _clients[step.Client] = speaker = await Resp.ConnectAsync(lab, port);
        var sending = SendAsync(speaker.Wire, step.Request);
        var replies = new string[step.Replies.Count];
        for (var i = 0; i < replies.Length; i++)
            replies[i] = i == step.Client && step.Ends ? Mask(await speaker.Wire.ToEndAsync()) : await ReceiveAsync(i, step.Replies[i]);
        await sending;
        if (step.Ends && _clients.Remove(step.Client))
            speaker.Dispose();
        return replies;
    }

    /// <summary>What is left when all of them leave.</summary>
    public async Task<string[]> EndAsync()
    {
        var rest = new List<string>();
        foreach (var (_, client) in _clients.OrderBy(static client => client.Key))
        {
            client.Wire.Fin();
            rest.Add(await client.Wire.ToEndAsync());
        }

        return [.. rest];
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
        _neighbour?.Dispose();
    }

    /// <summary>The only number that two servers cannot agree on: which of their connections it is.</summary>
    private static string Mask(string replies) => ConnectionId().Replace(replies, "$2\r\nid\r\n:0\r\n");

    private async Task<string> ReceiveAsync(int client, int count)
    {
        var replies = new StringBuilder();
        try
        {
            for (var i = 0; i < count; i++)
                replies.Append(await _clients[client].ReplyAsync());
        }
        catch (Exception e) when (e is EndOfStreamException or TimeoutException)
        {
            replies.Append($"… and then {e.Message}");
        }

        return Mask(replies.ToString());
    }

    private async Task SendAsync(Wire wire, string request)
    {
        switch (cuts?.Next(6))
        {
            case 0 when request.Length < 150:
                foreach (var one in request)
                    await wire.SendAsync(one.ToString());
                break;
            case 1 or 2:
                var cut = cuts.Next(request.Length);
                await wire.SendAsync(request[..cut]);
                // Who waits for the answer to something else knows that the first piece has been read.
                _neighbour ??= await Resp.ConnectAsync(lab, port);
                Assert.Equal("+PONG\r\n", await _neighbour.AskAsync("PING"));
                await wire.SendAsync(request[cut..]);
                break;
            default:
                await wire.SendAsync(request);
                break;
        }
    }

    [GeneratedRegex("\\$2\r\nid\r\n:\\d+\r\n")]
    private static partial Regex ConnectionId();
}
