using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Steering;

namespace Proxify.Tests.Steering;

public sealed class TakeoverWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Look_does_not_wait_and_ports_that_come_meanwhile_are_looked_for_together()
    {
        using var mayEnd = new ManualResetEventSlim();
        using var looked = new SemaphoreSlim(0);
        var looks = new List<ushort[]>();
        var watch = new TakeoverWatch(NullLogger.Instance, ports =>
        {
            lock (looks)
                looks.Add([.. ports.Order()]);
            looked.Release();
            Assert.True(mayEnd.Wait(Patience));
            return [];
        });

        watch.Look([1]);
        Assert.True(await looked.WaitAsync(Patience));
        watch.Look([2]);
        watch.Look([3, 2]);
        mayEnd.Set();
        Assert.True(await looked.WaitAsync(Patience));

        lock (looks)
            Assert.Equal([[1], [2, 3]], looks);
    }
}
