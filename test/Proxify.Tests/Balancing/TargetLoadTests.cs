using System.Diagnostics;
using Proxify.Balancing;

namespace Proxify.Tests.Balancing;

public sealed class TargetLoadTests
{
    /// <summary>
    /// Two threads meet before each try, and then wait a little, each time another while, so that whatever instant lets both in is hit sooner or later. On a
    /// busy machine meeting takes long: after a while the rounds made so far have to do.
    /// </summary>
    [Fact]
    public async Task TryEnter_by_two_at_once_lets_in_one_where_there_is_one_place()
    {
        const int Rounds = 100_000;
        var load = new TargetLoad { Limit = 1 };
        var (arrived, entered, wrong, isOver) = (0L, 0, 0, false);
        var started = Stopwatch.StartNew();

        await Task.WhenAll(Run(0), Run(1));

        Assert.Equal(0, wrong);
        Assert.Equal(0, load.SessionsActive);

        Task Run(int me) => Task.Factory.StartNew(() => Race(me), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        void Race(int me)
        {
            for (var (round, meetings) = (0, 0L); round < Rounds && !Volatile.Read(ref isOver); round++)
            {
                Meet(++meetings);
                for (var wait = round * (me + 1) % 61; wait > 0; wait--)
                    Volatile.Read(ref entered);
                if (load.TryEnter())
                    Interlocked.Increment(ref entered);
                Meet(++meetings);
                if (me == 0)
                    EndRound();
                Meet(++meetings);
            }
        }

        void EndRound()
        {
            wrong += entered == 1 ? 0 : 1;
            for (; entered > 0; entered--)
                load.Leave();
            Volatile.Write(ref isOver, started.Elapsed > TimeSpan.FromSeconds(3));
        }

        void Meet(long meeting)
        {
            Interlocked.Increment(ref arrived);
            for (var looks = 1; Volatile.Read(ref arrived) < 2 * meeting; looks++)
            {
                if (looks % 1_000 == 0)
                    Thread.Yield();
            }
        }
    }
}
