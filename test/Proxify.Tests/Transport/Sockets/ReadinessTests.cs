using Proxify.Peers;
using Proxify.Transport.Sockets;

namespace Proxify.Tests.Transport.Sockets;

public sealed class ReadinessTests
{
    private readonly Readiness _readiness = new();

    [Fact]
    public async Task Wait_ends_with_a_signal()
    {
        var waiting = _readiness.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);

        _readiness.Signal();

        await waiting.Within();
        Assert.False(_readiness.TryTake());
    }

    [Fact]
    public void Signal_before_the_wait_is_kept_and_ends_one()
    {
        _readiness.Signal();
        _readiness.Signal();

        Assert.True(_readiness.WaitAsync().AsTask().IsCompleted);
        Assert.False(_readiness.TryTake());
        Assert.False(_readiness.WaitAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task No_signal_is_lost_between_threads()
    {
        const int Count = 200_000;
        var sent = 0;
        var sending = Task.Run(() =>
        {
            for (var i = 1; i <= Count; i++)
            {
                Volatile.Write(ref sent, i);
                _readiness.Signal();
            }
        }, TestContext.Current.CancellationToken);

        await Task.Run(async () =>
        {
            while (Volatile.Read(ref sent) < Count)
                await _readiness.WaitAsync();
        }, TestContext.Current.CancellationToken).Within();

        await sending;
    }
}
