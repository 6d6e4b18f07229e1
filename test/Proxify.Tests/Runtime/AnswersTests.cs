using Proxify.Runtime;
using Proxify.Tests.Resolution;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Runtime;

/// <summary>How much is done when names answer. Counted, not timed: with a thousand names work that grows with their square is minutes.</summary>
public sealed class AnswersTests
{
    private const int Many = 1_000;

    private readonly ChangeLog _changes = new();
    private readonly ProxyRuntime _runtime;

    public AnswersTests() =>
        _runtime = new(ModelOf([.. Enumerable.Range(0, Many).Select(i => App($"app{i}", [1 + i], $"name{i}.internal:5"))]), _changes);

    private IEnumerable<int> Regrouped => _changes.Changes.Select(c => c.Regrouped.Count);

    [Fact]
    public void An_answer_regroups_the_apps_of_its_name_and_no_other()
    {
        for (var i = 0; i < Many; i++)
            Answer(i);

        Assert.Equal(Enumerable.Repeat(1, Many), Regrouped);
        Assert.All(_runtime.Current.Apps, static app => Assert.Single(app.State.Group.Endpoints));
    }

    [Fact]
    public void An_answer_makes_the_pool_only_when_a_session_asks_for_it()
    {
        var pool = _runtime.Current.DefaultApp!.State;
        Answer(0);
        Assert.False(pool.HasGroup);

        Assert.Single(pool.Group.Endpoints);
        Answer(1);
        Assert.False(pool.HasGroup);

        Assert.Equal(2, pool.Group.Endpoints.Length);
    }

    [Fact]
    public void Answers_that_come_while_others_are_taken_up_are_taken_up_together()
    {
        _changes.OnNext = _ =>
        {
            for (var i = 1; i < Many; i++)
                Answer(i);
            Assert.False(Name(1).FirstAnswer.IsCompleted); // nobody shall look for its endpoints before they are there
        };

        Answer(0);

        Assert.Equal([1, Many - 1], Regrouped);
        Assert.Equal(Many, _runtime.Current.DefaultApp!.State.Group.Endpoints.Length);
        Assert.All(Enumerable.Range(0, Many), i => Assert.True(Name(i).FirstAnswer.IsCompletedSuccessfully));
    }

    [Fact]
    public void An_answer_whose_taking_up_fails_does_not_keep_later_ones_out()
    {
        _changes.OnNext = static _ => throw new InvalidOperationException("a defect");
        Assert.Throws<InvalidOperationException>(() => Answer(0));

        Answer(1);

        Assert.Equal([1, 1], Regrouped);
        Assert.Single(_runtime.Current.Apps[1].State.Group.Endpoints);
    }

    private Proxify.Resolution.ResolvedName Name(int app) => _runtime.Current.Apps[app].Targets[0].Name!;

    private void Answer(int app) => Name(app).Take(Answers.Of($"10.0.{app / 250}.{1 + (app % 250)}"), _runtime.TakeAnswer);
}
