using Proxify.Runtime;
using Proxify.Tests.Resolution;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Runtime;

/// <summary>How much is done when names answer. Counted, not timed: with a thousand names work that grows with their square is minutes.</summary>
public sealed class AnswersTests
{
    private const int Many = 1_000;

    private readonly ModelHolder _models = new(ModelOf([.. Enumerable.Range(0, Many).Select(i => App($"app{i}", [1 + i], $"name{i}.internal:5"))]));
    private readonly List<int> _regrouped = [];

    public AnswersTests() => _models.Regrouped = (_, apps) => _regrouped.Add(apps.Count);

    [Fact]
    public void An_answer_regroups_the_apps_of_its_name_and_no_other()
    {
        for (var i = 0; i < Many; i++)
            Answer(i);

        Assert.Equal(Enumerable.Repeat(1, Many), _regrouped);
        Assert.All(_models.Current.Apps, static app => Assert.Single(app.Group.Endpoints));
    }

    [Fact]
    public void Answers_that_come_while_others_are_taken_up_are_taken_up_together()
    {
        var pools = new HashSet<TargetGroup>();
        _models.Regrouped += (_, _) =>
        {
            if (_regrouped.Count == 1)
            {
                for (var i = 1; i < Many; i++)
                    Answer(i);
                Assert.False(Name(1).FirstAnswer.IsCompleted); // nobody shall look for its endpoints before they are there
            }

            pools.Add(_models.Current.DefaultApp!.Group);
        };

        Answer(0);

        Assert.Equal([1, Many - 1], _regrouped);
        Assert.Equal(2, pools.Count);
        Assert.Equal(Many, _models.Current.DefaultApp!.Group.Endpoints.Length);
        Assert.All(Enumerable.Range(0, Many), i => Assert.True(Name(i).FirstAnswer.IsCompletedSuccessfully));
    }

    [Fact]
    public void An_answer_whose_taking_up_fails_does_not_keep_later_ones_out()
    {
        var told = _models.Regrouped!;
        _models.Regrouped = static (_, _) => throw new InvalidOperationException("a defect");
        Assert.Throws<InvalidOperationException>(() => Answer(0));
        _models.Regrouped = told;

        Answer(1);

        Assert.Equal([1], _regrouped);
        Assert.Single(_models.Current.Apps[1].Group.Endpoints);
    }

    private Proxify.Resolution.ResolvedName Name(int app) => _models.Current.Apps[app].Targets[0].Name!;

    private void Answer(int app) => Name(app).Take(Answers.Of($"10.0.{app / 250}.{1 + (app % 250)}"), _models.TakeAnswer);
}
