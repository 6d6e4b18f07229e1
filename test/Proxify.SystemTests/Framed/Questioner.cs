using System.Net.Sockets;
using System.Text;

namespace Proxify.SystemTests.Framed;

/// <summary>
/// A client of redis that keeps many requests in flight, over one connection after the other, and knows what the reply to each has to be: a reply that is
/// another's, comes twice or out of order fails it. Values and counters name what they belong to.
/// </summary>
internal sealed class Questioner(Lab lab, int port, int id, int inFlight, bool onlyReads = false)
{
    public const int Keys = 1_000;

    private readonly Queue<string> _asked = [];
    private long _answered;
    private int _next;

    /// <summary>Requests that were answered, as they had to be.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Requests that were answered with an error.</summary>
    public int Errors { get; private set; }

    public HashSet<string> ErrorTexts { get; } = [];

    /// <summary>Connections that ended, with requests unanswered.</summary>
    public int Ended { get; private set; }

    /// <summary>Increments that were answered.</summary>
    public int Counted { get; private set; }

    /// <summary>Increments that failed, or were never answered.</summary>
    public int Unsure { get; private set; }

    public string Counter => $"counter:{id}";

    /// <summary>What every target has to have.</summary>
    public static async Task FillAsync(RedisServer server)
    {
        var request = new StringBuilder();
        for (var i = 0; i < Keys; i++)
            request.Append(Resp.Request("SET", $"key:{i}", $"value:{i}"));
        await server.Control.Wire.SendAsync(request.ToString());
        for (var i = 0; i < Keys; i++)
            Assert.Equal("+OK\r\n", await server.Control.ReplyAsync());
    }

    /// <summary>Asks until it is stopped; then no reply may be left.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = await Resp.ConnectAsync(lab, port);
                await AskAsync(client, stop);
            }
            catch (Exception e) when (e is EndOfStreamException or SocketException)
            {
                Ended++;
                Unsure += _asked.Count(static asked => asked.Length == 0);
                _asked.Clear();
            }
        }
    }

    private async Task AskAsync(Resp client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (_asked.Count <= inFlight / 2)
                await client.Wire.SendAsync(string.Concat(Enumerable.Range(0, Math.Max(1, inFlight / 2)).Select(_ => Ask())));
            await CheckAsync(client);
        }

        while (_asked.Count > 0)
            await CheckAsync(client);
        client.Wire.Fin();
        Assert.Equal("", await client.Wire.ToEndAsync());
    }

    private string Ask()
    {
        var n = _next++;
        if (!onlyReads && n % 5 == 0)
        {
            _asked.Enqueue("");
            return Resp.Request("INCR", Counter);
        }

        var (request, reply) = n % 3 == 0
            ? (Resp.Request("ECHO", $"{id}/{n}"), Resp.Bulk($"{id}/{n}"))
            : (Resp.Request("GET", $"key:{((id * 37) + n) % Keys}"), Resp.Bulk($"value:{((id * 37) + n) % Keys}"));
        _asked.Enqueue(reply);
        return request;
    }

    private async Task CheckAsync(Resp client)
    {
        var reply = await client.ReplyAsync();
        var expected = _asked.Dequeue();
        if (reply[0] == '-')
        {
            Errors++;
            ErrorTexts.Add(reply);
            Unsure += expected.Length == 0 ? 1 : 0;
            return;
        }

        if (expected.Length > 0)
            Assert.Equal(expected, reply);
        else
            Assert.Equal(':', reply[0]);
        Counted += expected.Length == 0 ? 1 : 0;
        Volatile.Write(ref _answered, _answered + 1);
    }
}
