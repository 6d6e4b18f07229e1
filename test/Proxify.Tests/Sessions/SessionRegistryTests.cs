using Proxify.Sessions;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

public sealed class SessionRegistryTests
{
    private static Session NewSession()
    {
        var model = TestConfigs.ModelOf(TestConfigs.App("a", [1], "127.0.0.1:1"));
        return new(new FakeConnection(default, default), model, model.Apps[0], 0);
    }

    [Fact]
    public async Task Concurrent_adds_and_removes_leave_exactly_what_was_kept()
    {
        var registry = new SessionRegistry();
        var kept = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var mine = new List<Session>();
            for (var i = 0; i < 1000; i++)
            {
                var session = NewSession();
                registry.Add(session);
                if (i % 3 == 0)
                    mine.Add(session);
                else
                    registry.Remove(session);
            }

            return mine;
        })));

        Assert.Equal(kept.SelectMany(k => k).ToHashSet(), registry.Snapshot().ToHashSet());
        Assert.Equal(kept.Sum(k => k.Count), registry.Count);
    }

    [Fact]
    public void WhenEmpty_completes_with_the_last_session()
    {
        var registry = new SessionRegistry();
        Session first = NewSession(), second = NewSession();
        registry.Add(first);
        registry.Add(second);

        var empty = registry.WhenEmpty();
        registry.Remove(first);
        Assert.False(empty.IsCompleted);
        registry.Remove(second);

        Assert.True(empty.IsCompletedSuccessfully);
        Assert.True(new SessionRegistry().WhenEmpty().IsCompletedSuccessfully);
    }

    [Fact]
    public void WhenEmpty_waits_anew_for_a_session_that_came_after_all_had_ended()
    {
        var registry = new SessionRegistry();
        Assert.True(registry.WhenEmpty().IsCompletedSuccessfully);
        var late = NewSession();
        registry.Add(late);

        var empty = registry.WhenEmpty();
        Assert.False(empty.IsCompleted);
        registry.Remove(late);

        Assert.True(empty.IsCompletedSuccessfully);
    }
}
