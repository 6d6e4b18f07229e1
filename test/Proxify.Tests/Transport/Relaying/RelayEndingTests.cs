using Proxify.Transport;
using Proxify.Transport.Relaying;

namespace Proxify.Tests.Transport.Relaying;

public sealed class RelayEndingTests
{
    private RelayEnding _ending;

    [Theory, InlineData(false), InlineData(true)]
    public void Fin_of_one_and_then_of_the_other_ends_in_order(bool ofTarget)
    {
        var (first, second) = Sides(ofTarget);
        Assert.Equal(EndingStep.HalfClose, _ending.OnEnded(first));
        Assert.Equal(EndingStep.Close, _ending.OnEnded(second));

        Assert.Null(_ending.Lost);
        Assert.Equal(first == RelaySide.Target, _ending.HasTargetEndedFirst);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Reset_is_passed_on_when_what_came_before_it_is_handed_on(bool ofTarget)
    {
        var (lost, other) = Sides(ofTarget);
        Assert.Equal(EndingStep.DeliverRest, _ending.OnLost(lost));
        Assert.Equal(EndingStep.AwaitAcknowledgement, _ending.OnEnded(lost));

        Assert.Equal(EndOf(lost), _ending.Lost);
        Assert.Equal(EndingStep.GoOn, _ending.OnEnded(other)); // whose FIN nobody wants any more
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Reset_after_its_fin_has_nothing_left_to_deliver(bool ofTarget)
    {
        var (lost, other) = Sides(ofTarget);
        _ending.OnEnded(lost);

        Assert.Equal(EndingStep.AwaitAcknowledgement, _ending.OnLost(lost));
        Assert.Equal(EndOf(lost), _ending.Lost);
        Assert.Equal(lost == RelaySide.Target, _ending.HasTargetEndedFirst);
        Assert.Equal(EndingStep.GoOn, _ending.OnEnded(other));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Reset_after_the_others_fin_still_delivers(bool ofTarget)
    {
        var (lost, other) = Sides(ofTarget);
        _ending.OnEnded(other);

        Assert.Equal(EndingStep.DeliverRest, _ending.OnLost(lost));
        Assert.Equal(EndingStep.AwaitAcknowledgement, _ending.OnEnded(lost));
        Assert.Equal(EndOf(lost), _ending.Lost);
        Assert.Equal(other == RelaySide.Target, _ending.HasTargetEndedFirst);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Reset_of_both_leaves_nobody_and_counts_as_the_firsts(bool ofTarget)
    {
        var (first, second) = Sides(ofTarget);
        _ending.OnLost(first);

        Assert.Equal(EndingStep.Reset, _ending.OnLost(second));
        Assert.Equal(EndOf(first), _ending.Lost);
        Assert.Equal(first == RelaySide.Target, _ending.HasTargetEndedFirst);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Reset_of_whom_the_rest_is_for_leaves_nobody_to_wait_for_though_both_have_ended(bool ofTarget)
    {
        var (lost, other) = Sides(ofTarget);
        _ending.OnEnded(other);
        _ending.OnLost(lost);
        Assert.Equal(EndingStep.AwaitAcknowledgement, _ending.OnEnded(lost));

        Assert.Equal(EndingStep.Reset, _ending.OnLost(other));
        Assert.Equal(EndOf(lost), _ending.Lost);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void What_is_told_again_changes_nothing(bool ofTarget)
    {
        var (side, other) = Sides(ofTarget);
        _ending.OnEnded(side);
        Assert.Equal(EndingStep.GoOn, _ending.OnEnded(side));
        _ending.OnLost(side);

        Assert.Equal(EndingStep.GoOn, _ending.OnLost(side));
        Assert.NotEqual(EndOf(other), _ending.Lost);
    }

    [Fact]
    public void Relay_ends_once_and_what_comes_later_is_not_an_end_of_a_peer()
    {
        Assert.True(_ending.TryEnd(RelayEnd.Aborted));
        Assert.False(_ending.TryEnd(RelayEnd.Done));

        Assert.True(_ending.IsOver);
        Assert.Equal(RelayEnd.Aborted, _ending.End);
        Assert.Equal(EndingStep.GoOn, _ending.OnLost(RelaySide.Target));
        Assert.Equal(EndingStep.GoOn, _ending.OnEnded(RelaySide.Target));
        Assert.Null(_ending.Lost);
        Assert.False(_ending.HasTargetEndedFirst);
    }

    [Theory]
    [InlineData(nameof(RelayEnd.Done))]
    [InlineData(nameof(RelayEnd.HalfCloseTimeout))]
    public void Relay_ends_as_what_ended_it(string name)
    {
        var end = Enum.Parse<RelayEnd>(name);
        Assert.False(_ending.IsOver);

        _ending.TryEnd(end);

        Assert.Equal(end, _ending.End);
    }

    [Fact]
    public void Losses_at_the_same_time_have_one_first()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var ending = new Shared();
            var steps = new EndingStep[2];
            Parallel.For(0, 2, side => steps[side] = ending.Ending.OnLost((RelaySide)side));

            Assert.Equal([EndingStep.DeliverRest, EndingStep.Reset], steps.Order());
            Assert.Equal(EndOf((RelaySide)steps.IndexOf(EndingStep.DeliverRest)), ending.Ending.Lost);
        }
    }

    [Fact]
    public void Pauses_between_looks_grow_up_to_a_bound()
    {
        var pauses = new List<int>();
        for (var pause = RelayEnding.NextPause(0); pauses.Count < 10; pause = RelayEnding.NextPause(pause))
            pauses.Add(pause);

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 128, 128], pauses);
    }

    private static (RelaySide First, RelaySide Second) Sides(bool ofTarget) =>
        ofTarget ? (RelaySide.Target, RelaySide.Client) : (RelaySide.Client, RelaySide.Target);

    private static RelayEnd EndOf(RelaySide side) => side == RelaySide.Client ? RelayEnd.ClientReset : RelayEnd.TargetReset;

    private sealed class Shared
    {
        public RelayEnding Ending;
    }
}
