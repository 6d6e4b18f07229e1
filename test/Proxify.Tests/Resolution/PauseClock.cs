using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Proxify.Tests.Resolution;

/// <summary>A fake clock that is moved only when somebody has begun the pause that the test names.</summary>
internal sealed class PauseClock : FakeTimeProvider
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
