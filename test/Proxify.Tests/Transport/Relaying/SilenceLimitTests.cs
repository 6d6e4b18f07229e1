using Proxify.Transport;
using Proxify.Transport.Relaying;

namespace Proxify.Tests.Transport.Relaying;

public sealed class SilenceLimitTests : IRelayQueues
{
    private const long Limit = 60_000;

    private readonly SilenceLimit _silence = new();

    /// <summary>What another thread does while the queues are looked at.</summary>
    private Action _meanwhile = static () => { };

    public long AcknowledgedBytes { get; private set; }

    public bool HaveWork
    {
        get
        {
            _meanwhile();
            return field;
        }
        private set;
    }

    [Fact]
    public void Silence_is_looked_at_half_way_and_over_at_its_end()
    {
        Start(idle: Limit);

        Assert.Equal(Limit / 2, Look(0));
        Assert.Equal(Limit, Look(Limit / 2));
        Assert.Equal(SilenceLimit.Over, Look(Limit));
        Assert.Equal(RelayEnd.IdleTimeout, _silence.Kind);
    }

    [Fact]
    public void Silence_before_the_relay_counts()
    {
        var idle = TimeSpan.FromMilliseconds(Limit);
        _silence.Start(new RelayTimeouts(idle, Timeout.InfiniteTimeSpan) { SilentFor = idle / 4 }, now: 0);

        Assert.Equal(Limit / 4, Look(0));
        Assert.Equal(Limit * 3 / 4, Look(Limit / 4));
        Assert.Equal(SilenceLimit.Over, Look(Limit * 3 / 4));
    }

    [Fact]
    public void Silence_without_a_limit_is_never_over()
    {
        Start();

        Assert.Equal(SilenceLimit.Never, Look(long.MaxValue / 2));
    }

    [Fact]
    public void Byte_that_moves_begins_it_anew()
    {
        Start(idle: Limit);

        _silence.Touch(Limit - 1);

        Assert.Equal(Limit - 1 + (Limit / 2), Look(Limit));
    }

    [Fact]
    public void Byte_that_moves_while_it_is_looked_at_begins_it_anew()
    {
        Start(idle: Limit);

        _meanwhile = () => _silence.Touch(Limit);

        Assert.Equal(Limit + (Limit / 2), Look(Limit));
    }

    [Fact]
    public void Acknowledged_bytes_prolong_it()
    {
        Start(idle: Limit);
        Look(Limit / 2);

        AcknowledgedBytes = 1;

        Assert.Equal(Limit + (Limit / 2), Look(Limit));
    }

    [Fact]
    public void Acknowledged_bytes_prolong_it_however_often_it_is_looked_at()
    {
        Start(idle: Limit);
        Look(Limit / 2);
        AcknowledgedBytes = 1;

        Assert.Equal(Limit + 1, Look((Limit / 2) + 1));
        Assert.Equal(Limit + 1, Look(Limit));
    }

    [Fact]
    public void Bytes_that_were_acknowledged_earlier_do_not_prolong_it()
    {
        Start(idle: Limit);
        AcknowledgedBytes = 1;

        Assert.Equal(Limit, Look(Limit / 2));
        Assert.Equal(SilenceLimit.Over, Look(Limit));
    }

    [Fact]
    public void Input_that_waits_in_the_kernel_prolongs_it()
    {
        Start(idle: Limit);
        Look(Limit / 2);
        HaveWork = true;

        Assert.Equal(Limit + (Limit / 2), Look(Limit));
    }

    [Fact]
    public void Limit_that_was_slept_through_is_prolonged_once()
    {
        const long Late = 10 * Limit;
        Start(idle: Limit);

        Assert.Equal(Late + (Limit / 2), Look(Late));
        Assert.Equal(SilenceLimit.Over, Look(2 * Late));
    }

    [Theory]
    [InlineData(Limit / 2, nameof(RelayEnd.HalfCloseTimeout), Limit / 2)]
    [InlineData(Limit * 2, nameof(RelayEnd.IdleTimeout), Limit)]
    [InlineData(-1, nameof(RelayEnd.IdleTimeout), Limit)]
    public void Half_closed_relay_has_the_shorter_limit(long halfClose, string kind, long limit)
    {
        Start(idle: Limit, halfClose);

        _silence.EnterHalfClose(0);
        Look(limit / 2);

        Assert.Equal(limit, Look(limit / 2));
        Assert.Equal(SilenceLimit.Over, Look(limit));
        Assert.Equal(kind, $"{_silence.Kind}");
    }

    [Fact]
    public void Delivery_to_a_peer_that_takes_nothing_is_over_soon()
    {
        Start();

        _silence.EnterDelivery(0);
        var next = Look(0);
        while (next is not (SilenceLimit.Over or SilenceLimit.Never))
        {
            Assert.InRange(next, 1, 30_000);
            next = Look(next);
        }

        Assert.Equal(SilenceLimit.Over, next);
    }

    [Fact]
    public void Delivery_goes_on_while_it_gets_on_but_not_for_ever()
    {
        const long Hour = 3_600_000;
        Start();

        _silence.EnterDelivery(0);
        for (var now = 0L; now < Hour; now += 10_000, AcknowledgedBytes++)
            Assert.NotEqual(SilenceLimit.Over, Look(now));

        Assert.Equal(SilenceLimit.Over, Look(Hour));
    }

    private void Start(long idle = -1, long halfClose = -1) =>
        _silence.Start(new(TimeSpan.FromMilliseconds(idle), TimeSpan.FromMilliseconds(halfClose)), now: 0);

    private long Look(long now) => _silence.Look(now, this);
}
