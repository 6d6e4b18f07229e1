using System.Net.Sockets;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Runtime;

namespace Proxify.Tests.Sessions;

/// <summary>Sessions that have been let in and wait for a target.</summary>
public sealed partial class SessionLimitsTests
{
    [Fact]
    public async Task A_session_whose_target_refuses_waits_for_one_that_is_full()
    {
        Use(new AppLimitsConfig { SessionsPerTarget = 1 }, "10.0.0.1:1", "10.0.0.2:1");
        _models.Current.Apps[0].State.Group.Endpoints[1].State.Load.IsAvailable = false;
        var holder = Come();
        _models.Current.Apps[0].State.Group.Endpoints[1].State.Load.IsAvailable = true;
        var client = Come(onDial: target => target.ToString() == "10.0.0.2:1" ? SocketError.ConnectionRefused : SocketError.Success);
        Assert.Equal(["10.0.0.2:1"], client.Dialled.Select(d => d.ToString()));
        Assert.False(client.HasEnded);

        await holder.EndAsync();
        await client.Connected();

        Assert.Equal(["10.0.0.2:1", "10.0.0.1:1"], client.Dialled.Select(d => d.ToString()));
        await client.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_target_that_comes_back_takes_who_waits()
    {
        Use(new AppLimitsConfig { SessionsPerTarget = 1 }, "10.0.0.1:1", "10.0.0.2:1");
        var other = _models.Current.Apps[0].State.Group.Endpoints[1].State.Load;
        other.IsAvailable = false;
        var (first, second) = (Come(), Come());
        Assert.False(second.IsConnected);

        other.IsAvailable = true;

        await second.Connected();
        await first.EndAsync();
        await second.EndAsync();
    }

    [Fact]
    public async Task A_session_that_is_let_in_waits_before_those_that_are_not()
    {
        Use(new AppLimitsConfig { Sessions = 2, SessionsPerTarget = 1 }, "10.0.0.1:1", "10.0.0.2:1");
        var (holder, letIn, later) = LetOneInAndAnotherWait();

        await holder.EndAsync();

        await letIn.Connected();
        Assert.Equal(["10.0.0.2:1", "10.0.0.1:1"], letIn.Dialled.Select(d => d.ToString()));
        await later.Connected();
        Assert.Equal(["10.0.0.2:1"], later.Dialled.Select(d => d.ToString()));
    }

    [Fact]
    public async Task A_session_that_is_let_in_does_not_wait_for_those_that_are_not()
    {
        Use(new AppLimitsConfig { Sessions = 2, SessionsPerTarget = 1 }, "10.0.0.1:1", "10.0.0.2:1");
        var (_, letIn, _) = LetOneInAndAnotherWait();

        _models.PutInForce(ModelBuilder.Build(
            Config(new AppLimitsConfig { Sessions = 2, SessionsPerTarget = 5 }, new ProxyLimitsConfig(), ["10.0.0.1:1", "10.0.0.2:1"]), _models.Current));

        await letIn.Connected();
    }

    [Fact]
    public async Task A_full_line_refuses_nobody_who_need_not_wait()
    {
        Use(new AppLimitsConfig { SessionsPerTarget = 1, Queue = 1 }, "10.0.0.1:1", "10.0.0.2:1");
        _models.Current.Apps[0].State.Group.Endpoints[1].State.Load.IsAvailable = false;
        Come();
        _models.Current.Apps[0].State.Group.Endpoints[1].State.Load.IsAvailable = true;
        Come(onDial: static _ => SocketError.ConnectionRefused); // by the second: now it waits for the first
        Assert.Equal(1, State.Line.Count);

        var newcomer = Come();

        await newcomer.Connected();
        Assert.Equal(0, State.Refused(LimitKind.Queue).Value);
    }

    /// <summary>
    /// One holds the first target; another has been let in, has met a refusal at the second and waits for the first; a third waits to be let in, and came
    /// before the refusal.
    /// </summary>
    private (LimitedClient Holder, LimitedClient LetIn, LimitedClient Later) LetOneInAndAnotherWait()
    {
        var holder = Come();
        LimitedClient? later = null;
        var letIn = Come(onDial: _ =>
        {
            later ??= Come();
            return SocketError.ConnectionRefused;
        });
        Assert.Equal(2, State.Line.Count);
        letIn.OnDial = static _ => SocketError.Success;
        return (holder, letIn, later!);
    }
}
