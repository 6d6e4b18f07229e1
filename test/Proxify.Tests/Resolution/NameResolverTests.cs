using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Proxify.Resolution;

namespace Proxify.Tests.Resolution;

public sealed class NameResolverTests
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly PauseClock _time = new();

    /// <summary>A resolver whose answers the test gives one by one.</summary>
    private sealed class Scripted
    {
        private readonly Channel<(string Host, TaskCompletionSource<IPAddress[]> Answer)> _asked = Channel.CreateUnbounded<(string, TaskCompletionSource<IPAddress[]>)>();

        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken stop)
        {
            var answer = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            _asked.Writer.TryWrite((host, answer));
            return answer.Task;
        }

        public async Task<TaskCompletionSource<IPAddress[]>> NextQueryAsync() =>
            (await _asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Answer;
    }

    /// <summary>A fake clock that is moved only when the resolver has begun the pause that the test names.</summary>
    private sealed class PauseClock : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _timers.Writer.TryWrite(dueTime);
            return timer;
        }

        public async Task PassPauseAsync(TimeSpan pause)
        {
            while (await _timers.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) != pause)
            {
            }

            Advance(pause);
        }
    }

    [Fact]
    public async Task A_name_takes_all_addresses_of_its_answer()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver(script.ResolveAsync, () => { }, _time, NullLogger.Instance);
        var target = new ResolvedName("db.internal");
        resolver.Follow([target]);

        Assert.Empty(target.Current);
        (await script.NextQueryAsync()).SetResult([IPAddress.Parse("10.0.0.1"), IPAddress.Parse("2001:db8::1")]);
        await target.FirstAnswer.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["10.0.0.1", "2001:db8::1"], target.Current.Select(a => $"{a.Endpoint.ToIPAddress()}"));
    }

    [Fact]
    public async Task A_failure_keeps_the_last_good_answer_and_the_next_answer_replaces_it()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver(script.ResolveAsync, () => { }, _time, NullLogger.Instance);
        var target = new ResolvedName("db.internal");
        resolver.Follow([target]);
        (await script.NextQueryAsync()).SetResult([IPAddress.Parse("10.0.0.1")]);

        await _time.PassPauseAsync(Refresh);
        (await script.NextQueryAsync()).SetException(new SocketException((int)SocketError.HostNotFound));
        await _time.PassPauseAsync(Retry);
        var retry = await script.NextQueryAsync();
        Assert.Equal(["10.0.0.1"], target.Current.Select(a => $"{a.Endpoint.ToIPAddress()}"));

        retry.SetResult([IPAddress.Parse("10.0.0.2")]);
        await _time.PassPauseAsync(Refresh);
        Assert.Equal(["10.0.0.2"], target.Current.Select(a => $"{a.Endpoint.ToIPAddress()}"));
    }

    [Fact]
    public async Task A_name_without_an_answer_delays_no_other()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver((host, stop) => host == "silent" ? new TaskCompletionSource<IPAddress[]>().Task : script.ResolveAsync(host, stop), () => { }, _time, NullLogger.Instance);
        var silent = new ResolvedName("silent");
        var other = new ResolvedName("other");
        resolver.Follow([silent, other]);

        (await script.NextQueryAsync()).SetResult([IPAddress.Loopback]);
        await other.FirstAnswer.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(silent.FirstAnswer.IsCompleted);
    }

    [Fact]
    public async Task A_name_that_is_no_longer_followed_is_not_asked_again()
    {
        var script = new Scripted();
        await using var resolver = new NameResolver(script.ResolveAsync, () => { }, _time, NullLogger.Instance);
        var first = new ResolvedName("first");
        resolver.Follow([first]);
        await script.NextQueryAsync();

        resolver.Follow([new ResolvedName("second")]);
        (await script.NextQueryAsync()).SetResult([IPAddress.Parse("10.0.0.2")]);

        Assert.Empty(first.Current);
    }
}
