using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Proxify.Admission;

namespace Proxify.Tests.Admission;

public sealed class WaitingLineTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly WaitingLine _line = new();
    private readonly SessionSlots _slots = new() { Limit = 1 };

    /// <summary>A line for slots, under random events one at a time, against a plain list.</summary>
    [Fact]
    public void Line_is_first_come_first_served_and_bounded_in_length_and_time()
    {
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 4], Gen.Enum<Event>().Array[1, 80]).Sample((limit, bound, events) =>
        {
            var run = new Run(limit, bound);
            foreach (var next in events)
                run.Do(next);
            run.End();
        });
    }

    [Fact]
    public async Task No_wake_up_is_lost_and_no_place_with_it_when_all_come_and_go_at_once()
    {
        var slots = new SessionSlots { Limit = 2 };
        var (held, most, served) = (0, 0, 0);

        var all = Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 3000; i++)
            {
                using var abort = new CancellationTokenSource();
                var wait = _line.WaitAsync(new SlotWaiter(slots), 100, TimeSpan.FromMinutes(1), TimeProvider.System, abort.Token).AsTask();
                if (random.Next(4) == 0)
                    await abort.CancelAsync();
                if (await wait != WaitOutcome.Entered)
                    continue;
                Interlocked.Exchange(ref most, Math.Max(most, Interlocked.Increment(ref held)));
                Interlocked.Increment(ref served);
                if (random.Next(2) == 0)
                    await Task.Yield();
                Interlocked.Decrement(ref held);
                slots.Free();
                _line.Admit();
            }
        }));

        // Whoever were forgotten in the line would wait for its minute.
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(50), TestContext.Current.CancellationToken);
        Assert.InRange(most, 1, 2);
        Assert.InRange(served, 4 * 3000 / 2, 4 * 3000);
        Assert.Equal(0, slots.Taken);
        Assert.Equal(0, _line.Count);
    }

    [Fact]
    public async Task A_wait_ends_with_its_time_and_takes_nothing()
    {
        Assert.True(_slots.TryTake());
        var wait = Wait(new SlotWaiter(_slots));

        _time.Advance(s_timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(WaitOutcome.TimedOut, await wait);
        Assert.Equal(1, _slots.Taken);
    }

    [Fact]
    public async Task A_waiter_that_asks_for_more_is_passed_by_those_behind()
    {
        var rare = new SessionSlots { Limit = 1 };
        Assert.True(_slots.TryTake() && rare.TryTake());
        var picky = Wait(new SlotWaiter(rare, mayBePassed: true));
        var plain = Wait(new SlotWaiter(_slots));

        _slots.Free();
        _line.Admit();

        Assert.Equal(WaitOutcome.Entered, await plain);
        Assert.False(picky.IsCompleted);
        rare.Free();
        _line.Admit();
        Assert.Equal(WaitOutcome.Entered, await picky);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_waiter_that_leaves_lets_the_next_try(bool byTime)
    {
        using var abort = new CancellationTokenSource();
        var rare = new SessionSlots { Limit = 1 };
        Assert.True(rare.TryTake());
        var first = _line.WaitAsync(new SlotWaiter(rare), 10, s_timeout / 2, _time, abort.Token).AsTask();
        var next = Wait(new SlotWaiter(_slots)); // there is a slot for it, but nobody overtakes
        Assert.False(next.IsCompleted);

        if (byTime)
            _time.Advance(s_timeout / 2);
        else
            await abort.CancelAsync();

        Assert.Equal(byTime ? WaitOutcome.TimedOut : WaitOutcome.Aborted, await first.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(WaitOutcome.Entered, await next.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_wait_resumes_on_the_context_that_it_began_on()
    {
        Assert.True(_slots.TryTake());
        var worker = new QueueContext();
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(worker);
        Task<WaitOutcome> wait;
        try
        {
            wait = Wait(new SlotWaiter(_slots));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }

        _slots.Free();
        _line.Admit();

        Assert.False(wait.IsCompleted);
        worker.RunAll(() => wait.IsCompleted);
        Assert.Equal(WaitOutcome.Entered, await wait);
    }

    private Task<WaitOutcome> Wait(Waiter waiter) => _line.WaitAsync(waiter, 10, s_timeout, _time, CancellationToken.None).AsTask();

    private enum Event
    {
        Come,
        ComeAgain,
        Go,
        GoneAway,
        TimePasses,
    }

    private sealed class Run(int limit, int bound)
    {
        private readonly FakeTimeProvider _time = new();
        private readonly WaitingLine _line = new();
        private readonly SessionSlots _slots = new() { Limit = limit };
        private readonly List<(Task<WaitOutcome> Wait, DateTimeOffset Due, CancellationTokenSource Abort)> _expected = [];
        private int _inside;

        public void Do(Event next)
        {
            switch (next)
            {
                case Event.Come or Event.ComeAgain:
                    Come();
                    break;
                case Event.Go when _inside > 0:
                    _slots.Free();
                    _line.Admit();
                    if (_expected.Count > 0)
                        Expect(0, WaitOutcome.Entered);
                    else
                        _inside--;
                    break;
                case Event.GoneAway when _expected.Count > 0:
                    var place = _expected.Count / 2;
                    _expected[place].Abort.Cancel();
                    Expect(place, WaitOutcome.Aborted);
                    break;
                case Event.TimePasses:
                    _time.Advance(s_timeout / 4);
                    while (_expected.Count > 0 && _expected[0].Due <= _time.GetUtcNow())
                        Expect(0, WaitOutcome.TimedOut);
                    break;
            }

            Assert.Equal(_inside, _slots.Taken);
            Assert.Equal(_expected.Count, _line.Count);
            Assert.All(_expected, e => Assert.False(e.Wait.IsCompleted));
        }

        public void End()
        {
            while (_expected.Count > 0)
                Do(_inside > 0 ? Event.Go : Event.TimePasses);
        }

        private void Come()
        {
            var abort = new CancellationTokenSource();
            var wait = _line.WaitAsync(new SlotWaiter(_slots), bound, s_timeout, _time, abort.Token).AsTask();
            Assert.Equal(_inside < limit || _expected.Count >= bound, wait.IsCompleted); // nothing but a wait takes time
            if (_inside < limit)
                Enter(wait);
            else if (_expected.Count >= bound)
                Assert.Equal(WaitOutcome.LineFull, wait.Result);
            else
                _expected.Add((wait, _time.GetUtcNow() + s_timeout, abort));
        }

        private void Enter(Task<WaitOutcome> wait)
        {
            Assert.Equal(WaitOutcome.Entered, wait.Result);
            _inside++;
        }

        private void Expect(int place, WaitOutcome outcome)
        {
            Assert.Equal(outcome, _expected[place].Wait.WaitAsync(TimeSpan.FromSeconds(30)).Result);
            _expected.RemoveAt(place);
        }
    }

    private sealed class SlotWaiter(SessionSlots slots, bool mayBePassed = false) : Waiter
    {
        protected internal override bool MayBePassed => mayBePassed;

        protected internal override bool TryEnter() => slots.TryTake();
    }

    private sealed class QueueContext : SynchronizationContext
    {
        private readonly System.Collections.Concurrent.BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

        public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));

        public void RunAll(Func<bool> isDone)
        {
            while (!isDone())
            {
                Assert.True(_posted.TryTake(out var posted, TimeSpan.FromSeconds(30)));
                posted.Callback(posted.State);
            }
        }
    }
}
