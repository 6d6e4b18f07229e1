using Proxify.Balancing;
using Proxify.Runtime;
using Proxify.Sessions;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>A hunt by itself, as a request of many on one connection would use it: there is no session.</summary>
public sealed class TargetHuntTests
{
    private readonly ProxyRuntime _runtime = RuntimeOf(App("a", [5001], "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1"));

    private TargetGroup Group => _runtime.Current.Apps[0].State.Group;

    [Fact]
    public void Each_endpoint_is_picked_once_with_a_place_there()
    {
        var hunt = new TargetHunt(client: 1, Group, Balancer.None);
        var picked = new List<int>();

        for (hunt.PickNext(); hunt.HasPicked; hunt.PickNext())
        {
            Assert.Equal(1, hunt.Target.Load.SessionsActive);
            Assert.False(hunt.IsLastResort);
            picked.Add(hunt.Picked);
            Fail(ref hunt);
        }

        Assert.Equal([0, 1, 2], picked.Order());
    }

    [Fact]
    public void One_that_is_down_is_the_last_resort()
    {
        Group.Endpoints[1].State.Load.IsAvailable = false;
        var hunt = new TargetHunt(client: 1, Group, Balancer.None);
        for (var i = 0; i < 2; i++)
        {
            hunt.PickNext();
            Assert.False(hunt.IsLastResort);
            Fail(ref hunt);
        }

        hunt.PickNext();

        Assert.Equal((1, true), (hunt.Picked, hunt.IsLastResort));
    }

    [Fact]
    public void One_that_is_full_may_be_waited_for_and_none_that_is_down_is_taken_meanwhile()
    {
        Group.Endpoints[0].State.Load.Limit = 0;
        Group.Endpoints[1].State.Load.IsAvailable = false;
        Group.Endpoints[2].State.Load.IsAvailable = false;
        var hunt = new TargetHunt(client: 1, Group, Balancer.None);

        hunt.PickNext();

        Assert.Equal((false, true), (hunt.HasPicked, hunt.IsAnyFull));
    }

    [Fact]
    public void What_was_tried_is_not_tried_again_in_the_group_that_comes_after()
    {
        var hunt = new TargetHunt(client: 1, Group, Balancer.None);
        hunt.PickNext();
        var first = hunt.Target.Endpoint;
        Fail(ref hunt);
        Assert.False(hunt.Follow(Group));

        _runtime.Apply(_runtime.Current.Config with { Apps = [App("a", [5001], "10.0.0.3:1", "10.0.0.2:1", "10.0.0.1:1")] });
        Assert.True(hunt.Follow(Group));

        for (hunt.PickNext(); hunt.HasPicked; hunt.PickNext())
        {
            Assert.NotEqual(first, hunt.Target.Endpoint);
            Fail(ref hunt);
        }
    }

    private static void Fail(ref TargetHunt hunt)
    {
        hunt.NoteTried();
        hunt.Target.Load.Leave();
    }
}
