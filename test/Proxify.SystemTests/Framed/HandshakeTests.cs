namespace Proxify.SystemTests.Framed;

/// <summary>What client libraries say when they connect leaves them where they are: on connections that they share.</summary>
[Collection(nameof(Heavy))]
public sealed class HandshakeTests
{
    private static readonly Dictionary<string, string> s_handshakes = new()
    {
        ["StackExchange.Redis"] = "HELLO 2|CLIENT SETNAME me|CLIENT ID|CONFIG GET timeout|SENTINEL MASTERS|INFO server|CLUSTER NODES|ECHO tracer",
        ["go-redis, redis-py, node-redis"] = "HELLO 3|CLIENT MAINT_NOTIFICATIONS ON moving-endpoint-type internal-ip|CLIENT SETNAME me|SELECT 0",
    };

    public static TheoryData<string> Libraries => [.. s_handshakes.Keys];

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Library_that_has_connected_shares(string library)
    {
        await using var lab = await SeenLab.CreateAsync();
        using var client = await lab.ConnectAsync();

        foreach (var words in s_handshakes[library].Split('|').Select(static request => request.Split(' ')))
        {
            var reply = await client.AskAsync(words);
            if (words[0] is "SENTINEL" or "CLUSTER" || words[1] == "MAINT_NOTIFICATIONS")
                Assert.Equal(await lab.Server.Control.AskAsync(words), reply);
            else
                Assert.False(reply.StartsWith('-'), reply);
        }

        Assert.Equal(Resp.Bulk("value:1"), await client.AskAsync("GET", "key:1"));
        Assert.Equal(1, (await lab.SharedAsync()).Sum(static shared => shared.GetProperty("shared_by").GetInt32()));
        // And a connection of its own knows its name.
        Assert.Equal(Resp.Bulk("me"), await client.AskAsync("CLIENT", "GETNAME"));
    }
}
