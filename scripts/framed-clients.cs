#:package StackExchange.Redis@*
// What StackExchange.Redis does for a living: `dotnet run framed-clients.cs PORT TARGET`, of the proxy and of the server. Ends with "N passed, N failed".
using System.Collections.Concurrent;
using StackExchange.Redis;

var (port, target) = (args[0], args[1]);
var (passed, failed) = (0, 0);
await using var direct = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{target},allowAdmin=true");
var there = direct.GetDatabase();

foreach (var version in new[] { 2, 3 })
{
    var name = $"resp{version}";
    await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},protocol={name},name={name}");
    var db = redis.GetDatabase();

    await Check("strings of many tasks", async () =>
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(task => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await db.StringSetAsync($"{name}:{task}:{i}", $"{task}:{i}");
                Equal($"{task}:{i}", await db.StringGetAsync($"{name}:{task}:{i}"));
            }
        })));
        Equal("49:99", await there.StringGetAsync($"{name}:49:99"));
    });
    await Check("many at once", async () =>
    {
        var increments = await Task.WhenAll(Enumerable.Range(0, 20_000).Select(_ => db.StringIncrementAsync($"{name}:n")));
        Equal(string.Join(',', Enumerable.Range(1, 20_000)), string.Join(',', increments));
        Equal(20_000, (int)await there.StringGetAsync($"{name}:n"));
    });
    await Check("hash", async () =>
    {
        await db.HashSetAsync($"{name}:hash", [new("a", 1), new("b", "two")]);
        Equal("a: 1,b: two", string.Join(',', await db.HashGetAllAsync($"{name}:hash")));
    });
    await Check("sorted set", async () =>
    {
        await db.SortedSetAddAsync($"{name}:zset", [new("a", 1.5), new("b", double.PositiveInfinity)]);
        Equal("a: 1.5,b: ∞", string.Join(',', await db.SortedSetRangeByRankWithScoresAsync($"{name}:zset")).Replace("Infinity", "∞"));
    });
    await Check("batch, and an error within", async () =>
    {
        var batch = db.CreateBatch();
        var key = $"{name}:batch";
        var (set, wrong, get) = (batch.StringSetAsync(key, "x"), batch.ListLeftPushAsync(key, "y"), batch.StringGetAsync(key));
        batch.Execute();
        Equal(true, await set);
        Equal("x", await get);
        Equal("WRONGTYPE", await wrong.ContinueWith(static task => task.Exception!.InnerException!.Message.Split(' ')[0]));
    });
    await Check("value of 3 MiB", async () =>
    {
        var value = new byte[3 << 20];
        Random.Shared.NextBytes(value);
        await there.StringSetAsync($"{name}:big", value);
        var read = (byte[])(await db.StringGetAsync($"{name}:big"))!;
        Equal(true, value.AsSpan().SequenceEqual(read));
    });
    await Check("scan", async () => Equal(5_000, await redis.GetServers()[0].KeysAsync(pattern: $"{name}:*:*").CountAsync()));
    // A connection of its own is told the client's name, a shared one is not: pub/sub has one, RESP3's being the client's only one.
    await Check("all but pub/sub is shared", async () =>
    {
        var own = (await direct.GetServers()[0].ClientListAsync()).Where(client => client.Name == name).ToArray();
        Equal("1 of pub/sub", $"{own.Length} of {(own.All(static client => client.SubscriptionCount > 0) ? "pub/sub" : "all kinds")}");
    });
    await Check("publish and subscribe", async () =>
    {
        var heard = new BlockingCollection<string>();
        await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(name), (_, message) => heard.Add(message!));
        for (var i = 0; i < 100; i++)
            await db.PublishAsync(RedisChannel.Literal(name), i);
        for (var i = 0; i < 100; i++)
            Equal($"{i}", heard.TryTake(out var message, TimeSpan.FromSeconds(10)) ? message : "nothing");
    });
    await Check("transaction", async () =>
    {
        var transaction = db.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual($"{name}:n", 20_000));
        var next = transaction.StringIncrementAsync($"{name}:n");
        Equal(true, await transaction.ExecuteAsync());
        Equal(20_001L, await next);
        transaction = db.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual($"{name}:n", 20_000));
        _ = transaction.StringIncrementAsync($"{name}:n");
        Equal(false, await transaction.ExecuteAsync());
    });
    await Check("script", async () =>
    {
        for (var i = 0; i < 2; i++)
            Equal(20_002L + i, (long)await db.ScriptEvaluateAsync("return redis.call('INCR', KEYS[1])", [$"{name}:n"]));
    });
    await Check("lock", async () =>
    {
        Equal(true, await db.LockTakeAsync($"{name}:lock", "me", TimeSpan.FromMinutes(1)));
        Equal(false, await db.LockReleaseAsync($"{name}:lock", "you"));
        Equal(true, await db.LockReleaseAsync($"{name}:lock", "me"));
    });
    await Check("another database", async () => Equal(true, (await redis.GetDatabase(3).StringGetAsync($"{name}:n")).IsNull));

    async Task Check(string what, Func<Task> run)
    {
        try
        {
            await run();
            passed++;
        }
        catch (Exception e)
        {
            failed++;
            Console.WriteLine($"StackExchange.Redis, {name}: {what}: {e}");
        }
    }
}

Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;

static void Equal(object expected, object? actual)
{
    if ($"{expected}" != $"{actual}")
        throw new InvalidOperationException($"{actual} instead of {expected}");
}
