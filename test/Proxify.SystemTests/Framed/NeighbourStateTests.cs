namespace Proxify.SystemTests.Framed;

/// <summary>
/// The state of one client's connection never shows in what others get, who ask plain questions all the while; and the client itself has all of it.
/// </summary>
[Collection(nameof(Heavy))]
public sealed class NeighbourStateTests
{
    private const int Neighbours = 4;
    private const int Rounds = 30;

    private static readonly Dictionary<string, (string Request, string Reply)[]> s_states = new()
    {
        ["SELECT"] = [Of("+OK", "SELECT", "3"), Of("+OK", "SET", "key:1", "other"), Of("$5\r\nother", "GET", "key:1"), Of("$-1", "GET", "key:2")],
        ["MULTI"] = [Of("+OK", "MULTI"), Of("+QUEUED", "GET", "key:1"), Of("+QUEUED", "ECHO", "x"), Of("*2\r\n$7\r\nvalue:1\r\n$1\r\nx", "EXEC"),
            Of("+OK", "MULTI"), Of("+QUEUED", "GET", "key:1")],
        ["WATCH"] = [Of("+OK", "WATCH", "key:1"), Of("+OK", "SET", "key:1", "value:1"), Of("+OK", "MULTI"), Of("+QUEUED", "GET", "key:1"), Of("*-1", "EXEC")],
        ["SUBSCRIBE"] = [Of("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1", "SUBSCRIBE", "a"), Of("*2\r\n$4\r\npong\r\n$0\r\n", "PING"),
            Of("*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:3", "SUBSCRIBE", "b", "c")],
        ["HELLO"] = [("*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n", "%7\r\n"), Of("_", "GET", "nothing"),
            Of("%1\r\n$1\r\na\r\n$1\r\nb", "HGETALL", "hash")],
        ["AUTH"] = [Of("+OK", "AUTH", "limited", "secret"), Of("$7\r\nlimited", "ACL", "WHOAMI"),
            Of("-NOPERM this user has no permissions to run the 'get' command", "GET", "key:1")],
        ["CLIENT SETNAME"] = [Of("+OK", "CLIENT", "SETNAME", "me"), Of("$2\r\nme", "CLIENT", "GETNAME")],
        ["CLIENT REPLY"] = [(Resp.Request("CLIENT", "REPLY", "OFF") + Resp.Request("GET", "key:1"), ""), Of("+OK", "CLIENT", "REPLY", "ON"),
            Of("$7\r\nvalue:1", "GET", "key:1")],
        ["CLIENT TRACKING"] = [("*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n", "%7\r\n"), Of("+OK", "CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "tracked:"),
            Of("+OK", "SET", "other", "1"), Of("+OK\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$9\r\ntracked:1", "SET", "tracked:1", "1")],
        ["BLPOP"] = [Of("*-1", "BLPOP", "nothing", "0.01"), Of("$7\r\nvalue:1", "GET", "key:1")],
        ["EVAL"] = [Of("*2\r\n:1\r\n$1\r\nx", "EVAL", "return{1,ARGV[1]}", "0", "x")],
        ["RESET"] = [Of("+OK", "SELECT", "2"), Of("+OK", "MULTI"), Of("+RESET", "RESET"), Of("$7\r\nvalue:1", "GET", "key:1")],
        ["unknown"] = [Of("-ERR unknown command 'NOSUCH', with args beginning with: 'x' ", "NOSUCH", "x"), Of("$7\r\nvalue:1", "GET", "key:1")],
        ["empty"] = [("\r\n\r\n*0\r\n*-1\r\n", ""), ("PING\r\n", "+PONG\r\n"), Of("$7\r\nvalue:1", "GET", "key:1")],
    };

    public static TheoryData<string> States => [.. s_states.Keys];

    [Theory]
    [MemberData(nameof(States))]
    public async Task State_of_a_client_is_its_own(string state)
    {
        var talk = s_states[state];
        await using var lab = await Lab.CreateAsync();
        using var server = await RedisServer.StartAsync(lab);
        await Questioner.FillAsync(server);
        Assert.Equal("+OK\r\n", await server.Control.AskAsync("ACL", "SETUSER", "limited", "on", ">secret", "~*", "+@all", "-get"));
        Assert.Equal(":1\r\n", await server.Control.AskAsync("HSET", "hash", "a", "b"));
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, server.Port)));
        await using var neighbours = new QuestionerGroup(lab, port, Neighbours, inFlight: 10);

        for (var i = 0; i < Rounds; i++)
        {
            using var client = await Resp.ConnectAsync(lab, port);
            // What comes before the state shares, what comes behind it must not.
            Assert.Equal("$7\r\nvalue:1\r\n", await client.AskAsync("GET", "key:1"));
            // At once in every other round, so that the state begins and ends with requests in flight.
            if (i % 2 == 0)
                await client.Wire.SendAsync(string.Concat(talk.Select(static said => said.Request)));
            foreach (var (request, reply) in talk)
            {
                if (i % 2 == 1)
                    await client.Wire.SendAsync(request);
                await ExpectAsync(client, reply, state);
            }
        }

        await neighbours.AdvanceAsync(10);
        await neighbours.StopAsync();
        Assert.All(neighbours.All, static one => Assert.Equal(0, one.Ended + one.Errors));
    }

    private static (string Request, string Reply) Of(string reply, params string[] words) => (Resp.Request(words), reply + "\r\n");

    /// <summary>HELLO's differ in the id of a connection.</summary>
    private static async Task ExpectAsync(Resp client, string reply, string state)
    {
        if (reply == "%7\r\n")
        {
            Assert.StartsWith(reply, await client.ReplyAsync(), StringComparison.Ordinal);
            if (state == "HELLO")
                Assert.Equal(Resp.Bulk("x"), await client.ReplyAsync());
            return;
        }

        Assert.Equal(reply, await client.Wire.BytesAsync(reply.Length));
    }
}
