using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Resolution;

namespace Proxify.Tests.Resolution;

public sealed class NameResolverTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestQuery = TimeSpan.FromSeconds(10);

    private static readonly ResolverSettings Settings = new([], TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    private readonly PauseClock _time = new();

    /// <summary>A resolver whose answers the test gives one by one.</summary>
    private sealed class Scripted
    {
        private readonly Channel<(ResolverSettings Settings, TaskCompletionSource<NameAnswer> Answer)> _asked =
            Channel.CreateUnbounded<(ResolverSettings, TaskCompletionSource<NameAnswer>)>();

        public Task<NameAnswer> ResolveAsync(ResolvedName name, ResolverSettings settings, CancellationToken stop)
        {
            var answer = new TaskCompletionSource<NameAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            _asked.Writer.TryWrite((settings, answer));
            return answer.Task;
        }

        public async Task<TaskCompletionSource<NameAnswer>> NextQueryAsync() => (await NextAsync()).Answer;

        public async Task<(ResolverSettings Settings, TaskCompletionSource<NameAnswer> Answer)> NextAsync() =>
            await _asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_name_takes_all_addresses_of_its_answer()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver(script.ResolveAsync, static name => name.CompleteFirstAnswer(), _time, NullLogger.Instance);
        var target = new ResolvedName("db.internal");
        resolver.Follow([target], Settings);

        Assert.Empty(target.Current);
        (await script.NextQueryAsync()).SetResult(Answers.Of("10.0.0.1", "2001:db8::1"));
        await target.FirstAnswer.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["10.0.0.1", "2001:db8::1"], target.Texts());
    }

    [Fact]
    public async Task A_name_is_asked_for_again_also_when_taking_up_its_answer_has_failed()
    {
        var script = new Scripted();
        await using var resolver =
            new NameResolver(script.ResolveAsync, static _ => throw new InvalidOperationException("a defect"), _time, NullLogger.Instance);
        resolver.Follow([new ResolvedName("db.internal")], Settings);
        (await script.NextQueryAsync()).SetResult(Answers.Of("10.0.0.1"));

        await _time.PassPauseAsync(Retry);

        await script.NextQueryAsync();
    }

    [Fact]
    public async Task A_failure_keeps_the_last_good_answer_and_the_next_answer_replaces_it()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver(script.ResolveAsync, static name => name.CompleteFirstAnswer(), _time, NullLogger.Instance);
        var target = new ResolvedName("db.internal");
        resolver.Follow([target], Settings);
        (await script.NextQueryAsync()).SetResult(Answers.Of("10.0.0.1"));

        await _time.PassPauseAsync(Ttl);
        (await script.NextQueryAsync()).SetException(new NameNotResolvedException("server failure"));
        await _time.PassPauseAsync(Retry);
        var retry = await script.NextQueryAsync();
        Assert.Equal(["10.0.0.1"], target.Texts());

        retry.SetResult(Answers.Of("10.0.0.2"));
        await _time.PassPauseAsync(Ttl);
        Assert.Equal(["10.0.0.2"], target.Texts());
    }

    [Fact]
    public async Task A_name_without_an_answer_delays_no_other()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver((name, settings, stop) => name.Host == "silent"
            ? new TaskCompletionSource<NameAnswer>().Task
            : script.ResolveAsync(name, settings, stop), static name => name.CompleteFirstAnswer(), _time, NullLogger.Instance);
        var silent = new ResolvedName("silent");
        var other = new ResolvedName("other");
        resolver.Follow([silent, other], Settings);

        (await script.NextQueryAsync()).SetResult(Answers.Of("127.0.0.1"));
        await other.FirstAnswer.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(silent.FirstAnswer.IsCompleted);
    }

    [Fact]
    public async Task A_question_that_is_given_up_is_cancelled()
    {
        var asked = Channel.CreateUnbounded<CancellationToken>();
        await using var resolver = new NameResolver(
            (_, _, stop) =>
            {
                asked.Writer.TryWrite(stop);
                return new TaskCompletionSource<NameAnswer>().Task;
            },
            static name => name.CompleteFirstAnswer(),
            _time,
            NullLogger.Instance);
        resolver.Follow([new ResolvedName("silent")], Settings);
        var first = await asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        await _time.PassPauseAsync(LongestQuery);
        await _time.PassPauseAsync(Retry);
        var second = await asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((true, false), (first.IsCancellationRequested, second.IsCancellationRequested));
    }

    [Fact]
    public async Task A_name_that_is_no_longer_followed_is_not_asked_again()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver(script.ResolveAsync, static name => name.CompleteFirstAnswer(), _time, NullLogger.Instance);
        var first = new ResolvedName("first");
        resolver.Follow([first], Settings);
        await script.NextQueryAsync();

        resolver.Follow([new ResolvedName("second")], Settings);
        (await script.NextQueryAsync()).SetResult(Answers.Of("10.0.0.2"));

        Assert.Empty(first.Current);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 7)]
    [InlineData(3600, 300)]
    public async Task A_name_is_asked_for_again_after_its_ttl_within_the_bounds(int ttl, int pause)
    {
        var script = new Scripted();
        await using var resolver = new NameResolver(script.ResolveAsync, static name => name.CompleteFirstAnswer(), _time, NullLogger.Instance);
        resolver.Follow([new ResolvedName("db.internal")], Settings);
        (await script.NextQueryAsync()).SetResult(Answers.Of("10.0.0.1") with { Ttl = TimeSpan.FromSeconds(ttl) });

        await _time.PassPauseAsync(TimeSpan.FromSeconds(pause));

        await script.NextQueryAsync();
    }

    [Fact]
    public async Task A_defect_in_asking_is_not_the_last_that_is_heard_of_a_name()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver(script.ResolveAsync, static name => name.CompleteFirstAnswer(), _time, NullLogger.Instance);
        resolver.Follow([new ResolvedName("db.internal")], Settings);
        (await script.NextQueryAsync()).SetException(new InvalidOperationException());

        await _time.PassPauseAsync(Retry);

        await script.NextQueryAsync();
    }

    [Fact]
    public async Task Other_settings_ask_for_every_name_anew_at_once()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver(script.ResolveAsync, static name => name.CompleteFirstAnswer(), _time, NullLogger.Instance);
        var name = new ResolvedName("db.internal");
        resolver.Follow([name], Settings);
        (await script.NextQueryAsync()).SetResult(Answers.Of("10.0.0.1"));
        await name.FirstAnswer.WaitAsync(TimeSpan.FromSeconds(30));

        var others = Settings with { MaxTtl = TimeSpan.FromSeconds(2) };
        resolver.Follow([name], others);

        Assert.Equal(others, (await script.NextAsync()).Settings);
    }

    [Fact]
    public async Task Everybody_is_told_once_of_a_first_answer_and_of_each_change()
    {
        var (script, told) = (new Scripted(), 0);
        await using var resolver = new NameResolver(script.ResolveAsync, _ => told++, _time, NullLogger.Instance);
        resolver.Follow([new ResolvedName("db.internal")], Settings);

        foreach (var (address, expected) in new[] { ("10.0.0.1", 1), ("10.0.0.1", 1), ("10.0.0.2", 2) })
        {
            (await script.NextQueryAsync()).SetResult(Answers.Of(address));
            await _time.PassPauseAsync(Ttl);
            Assert.Equal(expected, told);
        }
    }

    [Fact]
    public async Task A_flaw_of_an_answer_is_told_of_once()
    {
        var (script, log) = (new Scripted(), new Health.HealthBench.EventLog());
        await using var resolver = new NameResolver(script.ResolveAsync, static name => name.CompleteFirstAnswer(), _time, log);
        resolver.Follow([new ResolvedName("_redis._tcp.internal", isService: true)], Settings);

        for (var i = 0; i < 3; i++)
        {
            (await script.NextQueryAsync()).SetResult(Answers.Of("10.0.0.1") with { Flaw = "port 0" });
            await _time.PassPauseAsync(Ttl);
        }

        await script.NextQueryAsync();
        Assert.Equal("NameAnswerFlawed Target name _redis._tcp.internal has an answer of which a part is left out: port 0.", Assert.Single(log.Events));
    }
}
