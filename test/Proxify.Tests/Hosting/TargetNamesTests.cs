using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Resolution;
using Proxify.Tests.Resolution;

namespace Proxify.Tests.Hosting;

/// <summary>What <c>check --resolve</c> is told of names.</summary>
public sealed class TargetNamesTests
{
    private readonly FakeTimeProvider _time = new();

    private Task<IReadOnlyList<AskedName>> AskAsync(ResolveName resolve, params IEnumerable<string> targets) =>
        TargetNames.AskAsync(new ProxyConfig { Apps = [TestConfigs.App("app", [5001], [.. targets])] }, resolve, _time).WaitAsync(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task Each_name_is_asked_for_once_and_told_where_it_stands_first()
    {
        var names = await AskAsync(
            static (name, _, _) => Task.FromResult(Answers.Of(name.Host == "a.internal" ? ["10.0.0.2", "10.0.0.1"] : ["10.0.0.3"])),
            "127.0.0.1:1", "b.internal:1", "a.internal:1", "A.INTERNAL:2");

        Assert.Equal(
            ["Apps[0].Targets[1]: b.internal is 10.0.0.3", "Apps[0].Targets[2]: a.internal is 10.0.0.1, 10.0.0.2"],
            names.Select(static name => $"{name.Path}: {name}"));
    }

    [Fact]
    public async Task Name_without_an_address_says_why()
    {
        var names = await AskAsync(
            static (name, _, _) => name.Host switch
            {
                "none" => Task.FromResult(Answers.Of()),
                "half" => Task.FromResult(Answers.Of("10.0.0.1") with { Unanswered = AddressFamilies.IPv6 }),
                _ => throw new NameNotResolvedException("10.0.0.53:53: it refuses (REFUSED)"),
            },
            "none:1", "half:1", "refused:1");

        Assert.Equal(
            ["none does not resolve: no addresses", "half is 10.0.0.1 (no answer for IPv6)", "refused does not resolve: 10.0.0.53:53: it refuses (REFUSED)"],
            names.Select(static name => $"{name}"));
    }

    [Fact]
    public async Task A_hundred_names_are_asked_for_at_once_and_no_more()
    {
        var (open, most, full) = (0, 0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        async Task<NameAnswer> ResolveAsync(ResolvedName name, ResolverSettings settings, CancellationToken stop)
        {
            var now = Interlocked.Increment(ref open);
            Interlocked.Exchange(ref most, Math.Max(now, Volatile.Read(ref most)));
            if (now == 100)
                full.TrySetResult();
            await full.Task;
            await Task.Yield();
            Interlocked.Decrement(ref open);
            return Answers.Of("10.0.0.1");
        }

        var names = await AskAsync(ResolveAsync, Enumerable.Range(0, 250).Select(static i => $"n{i}:1"));

        Assert.All(names, static name => Assert.Null(name.Problem));
        Assert.Equal(100, most);
    }

    [Fact]
    public async Task Silent_servers_cost_a_minute_for_all_names()
    {
        var (asked, full) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Task<NameAnswer> ResolveAsync(ResolvedName name, ResolverSettings settings, CancellationToken stop)
        {
            if (Interlocked.Increment(ref asked) == 100)
                full.TrySetResult();
            return new TaskCompletionSource<NameAnswer>().Task;
        }

        var all = AskAsync(ResolveAsync, Enumerable.Range(0, 10_000).Select(static i => $"n{i}:1"));
        await full.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("n9999 does not resolve: all names together took a minute, and it had no answer by then", $"{(await all)[^1]}");
    }
}
