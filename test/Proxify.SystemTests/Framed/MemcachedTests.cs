using Proxify.Tests;

namespace Proxify.SystemTests.Framed;

/// <summary>Clients of memcached get through the proxy, byte for byte, what they get without it.</summary>
[Collection(nameof(Heavy))]
public sealed class MemcachedTests(ITestOutputHelper output)
{
    private static readonly int s_seed = int.TryParse(Environment.GetEnvironmentVariable("PROXIFY_SEED"), out var seed) ? seed : Random.Shared.Next();

    [Fact]
    public async Task Clients_at_once_get_what_they_get_without_the_proxy()
    {
        const int Clients = 16;
        await using var lab = await Lab.CreateAsync();
        var (direct, port) = await StartAsync(lab);
        output.WriteLine($"PROXIFY_SEED={s_seed}");

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() => PlayAsync(i))));

        async Task PlayAsync(int i)
        {
            var random = new Random(s_seed + i);
            var script = new MemcachedScript(random, $"c{i}:");
            using var expected = await MemcachedClient.ConnectAsync(lab, direct);
            using var actual = await MemcachedClient.ConnectAsync(lab, port);
            for (var n = 0; n < Cases.Of(500); n++)
            {
                MemcachedRequest[] burst = [.. Enumerable.Range(0, random.Next(4) == 0 ? random.Next(1, 60) : 1).Select(_ => script.Next())];
                var text = string.Concat(burst.Select(static request => request.Text));
                var cut = random.Next(text.Length);
                var sending = SendAsync();
                foreach (var request in burst)
                {
                    var (direct, proxified) = (await expected.ReplyAsync(request.Lines), await actual.ReplyAsync(request.Lines));
                    Assert.True(direct == proxified, $"to {Wire.Show(request.Text)}\ndirect:    {Wire.Show(direct)}\nproxified: {Wire.Show(proxified)}");
                }

                await sending;

                async Task SendAsync()
                {
                    await expected.Wire.SendAsync(text);
                    await actual.Wire.SendAsync(text[..cut]);
                    await Task.Yield();
                    await actual.Wire.SendAsync(text[cut..]);
                }
            }

            foreach (var client in new[] { expected, actual })
            {
                client.Wire.Fin();
                Assert.Equal("", await client.Wire.ToEndAsync());
            }
        }
    }

    /// <summary>The first of them has memcached forget what it has not sent yet of its replies to what came before: to whomever.</summary>
    [Theory]
    [InlineData("get k key-that-is-too-long\r\n")]
    [InlineData("set k 0 0 3\r\nabcdef\r\nget k\r\n")]
    [InlineData("set k 0 0 no\r\nabc\r\nget k\r\n")]
    [InlineData("set k 0 0 -1\r\nget k\r\n")]
    [InlineData("set k 0 0 99999999\r\n")]
    [InlineData("set k 0 0 3\nabc\r\nget k\nget k\n")]
    [InlineData("set k 0 0 3 noreply\r\nabc\r\nget k\r\nset k 0 0 1 nonsense\r\na\r\nget k\r\n")]
    [InlineData("set k 0 0 2\r\n\r\n\r\nget k\r\nget  k \r\n get k\r\n\r\n")]
    [InlineData("mg k v q\r\nmg k v q\r\nmn\r\nset k 0 0 1\r\na\r\nmg k v q k\r\nmn\r\nms k 2 q\r\nab\r\nmg k v\r\n")]
    [InlineData("ms k S2\r\nab\r\nms k\r\nms k x\r\nab\r\nmg\r\nmx k\r\nmd k q\r\nmd k q\r\nmn\r\n")]
    [InlineData("cas k 0 0 1 x\r\na\r\nadd k 99999999999 0 1\r\na\r\nincr k\r\ndecr k -1\r\ntouch k x\r\ngat x k\r\n")]
    [InlineData("flush_all\r\nset k 0 0 1\r\na\r\nflush_all noreply\r\nget k\r\nverbosity 1\r\nverbosity 1 noreply\r\nversion\r\n")]
    [InlineData("get k k k k k k k k k k k k k k k k k k k k k k k k k k k k\r\nget \x01\r\nquit\r\nget k\r\n")]
    [InlineData("set k 0 0 1\r\na\r\nset k 0 0 1\r\nab\r\nappend k 0 0 1\r\nb\r\nget k\r\nget k\r\nGET k\r\n")]
    [InlineData("set k 0 0 1\r\n1\r\nincr k noreply\r\nget k\r\ntouch k noreply\r\nget k\r\ndecr k noreply\r\n")]
    [InlineData("set k\0 0 0 4\r\nhell\r\nget k\0l\r\nget k\r\nget k\r\n")]
    [InlineData("ms k 2 a b c d e f g h i j k l m n o p r s t u\r\nab\r\nmg k v\r\nmg k v\r\n")]
    [InlineData("\x80\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\0")]
    [InlineData("\x80\x0b\0\0\0\0\0\0\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\0")]
    public async Task Talk_that_is_odd_goes_as_without_the_proxy(string talk)
    {
        const int Rounds = 10;
        talk = talk.Replace("key-that-is-too-long", new string('k', 251), StringComparison.Ordinal);
        await using var lab = await Lab.CreateAsync();
        var (direct, port) = await StartAsync(lab);
        using var stop = new CancellationTokenSource();
        var neighbours = Task.WhenAll(Enumerable.Range(0, talk.Contains("flush_all", StringComparison.Ordinal) ? 0 : 4).Select(AskAsync));

        for (var i = 0; i < Rounds; i++)
            Assert.Equal(Wire.Show(await TalkAsync(lab, direct, talk)), Wire.Show(await TalkAsync(lab, port, talk)));
        await stop.CancelAsync();

        await neighbours;

        async Task AskAsync(int i)
        {
            using var neighbour = await MemcachedClient.ConnectAsync(lab, port);
            Assert.Equal("STORED\r\n", await neighbour.AskAsync($"set mine{i} 0 0 4\r\nmine\r\n"));
            while (!stop.IsCancellationRequested)
                Assert.Equal($"VALUE mine{i} 0 4\r\nmine\r\nEND\r\n", await neighbour.AskAsync($"get mine{i}\r\n", MemcachedLines.ToEnd));
        }
    }

    [Fact]
    public async Task Value_that_two_want_to_change_is_changed_by_the_first()
    {
        await using var lab = await Lab.CreateAsync();
        var (_, port) = await StartAsync(lab);
        using var one = await MemcachedClient.ConnectAsync(lab, port);
        using var other = await MemcachedClient.ConnectAsync(lab, port);
        Assert.Equal("STORED\r\n", await one.AskAsync("set k 7 0 3\r\nold\r\n"));

        var seen = await one.AskAsync("gets k\r\n", MemcachedLines.ToEnd);
        Assert.Equal(seen, await other.AskAsync("gets k\r\n", MemcachedLines.ToEnd));
        var unique = seen.Split("\r\n")[0].Split(' ')[4];

        Assert.Equal("STORED\r\n", await one.AskAsync($"cas k 7 0 3 {unique}\r\none\r\n"));
        Assert.Equal("EXISTS\r\n", await other.AskAsync($"cas k 7 0 5 {unique}\r\nother\r\n"));
        Assert.Equal("VALUE k 7 3\r\none\r\nEND\r\n", await other.AskAsync("get k\r\n", MemcachedLines.ToEnd));
    }

    /// <summary>Once in one piece, and then cut in two.</summary>
    private static async Task<string> TalkAsync(Lab lab, int port, string talk)
    {
        var heard = "";
        foreach (var cut in new[] { 0, talk.Length / 2 })
        {
            using var client = await Wire.ConnectAsync(lab, port);
            await client.SendAsync(talk[..cut]);
            await client.SendAsync(talk[cut..]);
            client.Fin();
            heard += await client.ToEndAsync();
        }

        return heard;
    }

    private static async Task<(int Direct, int Port)> StartAsync(Lab lab)
    {
        var (direct, behind, port) = (await MemcachedClient.StartServerAsync(lab), await MemcachedClient.StartServerAsync(lab), lab.Port());
        await lab.StartProxifyAsync(Config.Of(FramedApp.Memcached(port, behind)));
        return (direct, port);
    }
}
