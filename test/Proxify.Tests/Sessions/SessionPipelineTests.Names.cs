using System.Net.Sockets;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Tests.Resolution;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>Targets whose names have not answered yet, or answer while a session is under way.</summary>
public sealed partial class SessionPipelineTests
{
    [Fact]
    public async Task A_name_without_an_answer_is_passed_over_while_another_target_is_there()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "silent.invalid:1", "10.0.0.2:1")));

        for (var i = 0; i < 4; i++)
            Assert.Equal("10.0.0.2:1", (await ServeAsync()).Dialled.Single().ToString());
    }

    [Fact]
    public async Task A_name_without_an_answer_is_waited_for_when_all_others_have_failed()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "late.invalid:1", "10.0.0.2:1")));
        var client = new FakeConnection(
            Listen, Client)
        { OnDial = target => target == TcpEndpoint.FromIPv4(0x0a000007, 1) ? SocketError.Success : SocketError.ConnectionRefused };
        var serving = _handler.HandleAsync(client).AsTask();
        Assert.False(serving.IsCompleted);
        Assert.Single(client.Dialled);

        Answer(target: 0, "10.0.0.7");
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["10.0.0.2:1", "10.0.0.7:1"], client.Dialled.Select(target => target.ToString()));
    }

    [Fact]
    public async Task A_name_that_is_the_only_target_is_waited_for()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "late.invalid:1")));
        var client = new FakeConnection(Listen, Client);
        var serving = _handler.HandleAsync(client).AsTask();
        Assert.False(serving.IsCompleted);

        Answer(target: 0, "10.0.0.7");
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("10.0.0.7:1", client.Dialled.Single().ToString());
    }

    [Fact]
    public async Task A_client_that_leaves_while_a_name_is_waited_for_ends_its_session()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "late.invalid:1")));
        var client = new FakeConnection(Listen, Client);
        var serving = _handler.HandleAsync(client).AsTask();
        Assert.True(client.IsWatched);

        client.Leave(byReset: true);
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Empty(client.Dialled);
        Assert.Equal(TerminationReason.ClientReset, Record.Reason);
    }

    [Fact]
    public async Task A_name_that_is_waited_for_may_answer_after_a_reload()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "late.invalid:1")));
        var client = new FakeConnection(Listen, Client);
        var serving = _handler.HandleAsync(client).AsTask();
        Assert.False(serving.IsCompleted);

        _models.PutInForce(ModelBuilder.Build(_models.Current.Config, _models.Current));
        Answer(target: 0, "10.0.0.7");
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("10.0.0.7:1", client.Dialled.Single().ToString());
    }

    [Fact]
    public async Task A_name_that_is_waited_for_may_answer_when_the_app_is_gone()
    {
        var config = ModelOf(App("a", [5001], "late.invalid:1"), App("b", [5002], "late.invalid:1")).Config;
        _models.PutInForce(ModelBuilder.Build(config, previous: null));
        var client = new FakeConnection(Listen, Client);
        var serving = _handler.HandleAsync(client).AsTask();
        Assert.False(serving.IsCompleted);

        _models.PutInForce(ModelBuilder.Build(config with { Apps = [config.Apps[1]] }, _models.Current));
        Answer(target: 0, "10.0.0.7");
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(TerminationReason.ConnectFailed, Record.Reason);
    }

    [Fact]
    public async Task Names_without_an_answer_are_waited_for_together_no_longer_than_for_one_dial()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "one.invalid:1", "two.invalid:1", "three.invalid:1")));
        var serving = _handler.HandleAsync(new FakeConnection(Listen, Client)).AsTask();

        _time.Advance(TimeSpan.FromSeconds(3));
        Answer(target: 1);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(serving.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(TerminationReason.ConnectFailed, Record.Reason);
    }

    [Fact]
    public async Task A_session_that_waits_for_a_name_dials_what_the_first_answer_brings_and_nothing_twice()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "one.invalid:1", "10.0.0.2:1", "two.invalid:1")));
        var client = new FakeConnection(Listen, Client) { OnDial = _ => SocketError.ConnectionRefused };
        var serving = _handler.HandleAsync(client).AsTask();

        Answer(target: 2, "10.0.0.8");
        await Until(() => client.Dialled.Count == 2);
        Assert.False(serving.IsCompleted);
        Answer(target: 0, "10.0.0.7", "10.0.0.6");
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["10.0.0.2:1", "10.0.0.8:1"], client.Dialled.Take(2).Select(target => $"{target}"));
        Assert.Equal(["10.0.0.6:1", "10.0.0.7:1"], client.Dialled.Skip(2).Select(target => $"{target}").Order());
    }

    [Fact]
    public async Task A_session_that_waits_for_a_name_ends_when_it_is_aborted()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "silent.invalid:1")));
        var client = new FakeConnection(Listen, Client);
        var serving = _handler.HandleAsync(client).AsTask();
        Assert.False(serving.IsCompleted);

        _registry.Snapshot().Single().Abort(TerminationReason.Drained);
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(TerminationReason.Drained, Record.Reason);
        Assert.Empty(client.Dialled);
    }

    [Fact]
    public async Task A_session_of_a_group_that_has_been_replaced_meanwhile_goes_on_with_its_own()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "a.internal:1")));
        Answer(target: 0, "10.0.0.1", "10.0.0.2");
        var client = new FakeConnection(Listen, Client);
        client.OnDial = _ =>
        {
            Answer(target: 0, "10.0.0.3");
            return client.Dialled.Count == 2 ? SocketError.Success : SocketError.ConnectionRefused;
        };

        await ServeAsync(client: client);

        Assert.Equal(["10.0.0.1:1", "10.0.0.2:1"], client.Dialled.Select(target => $"{target}").Order());
        Assert.Equal("10.0.0.3:1", $"{(await ServeAsync()).Dialled.Single()}");
    }

    [Fact]
    public async Task A_session_whose_group_is_replaced_in_the_instant_after_it_entered_picks_among_the_new_ones()
    {
        _models.Apply(_models.Current.Config with { Apps = [App("a", [5001], "a.internal:1")] });
        Answer(target: 0, "10.0.0.1", "10.0.0.2");
        var before = _models.Current.Apps[0].State.Group;
        var relay = new TaskCompletionSource<RelayEnd>();
        var client = new FakeConnection(Listen, Client) { OnLook = () => Answer(target: 0, "10.0.0.3", "10.0.0.4"), OnRelay = () => relay.Task };

        var serving = _handler.HandleAsync(client).AsTask();

        var after = _models.Current.Apps[0].State.Group;
        Assert.Contains($"{client.Dialled.Single()}", (string[])["10.0.0.3:1", "10.0.0.4:1"]);
        Assert.Equal(0, before.Endpoints.Sum(e => e.State.Load.SessionsActive));
        Assert.Equal(1, after.Endpoints.Sum(e => e.State.Load.SessionsActive));
        relay.SetResult(RelayEnd.Done);
        await serving;
        Assert.Equal(0, after.Endpoints.Sum(e => e.State.Load.SessionsActive));
    }

    [Fact]
    public async Task No_target_tried_is_told_as_drained_where_there_are_some_and_as_unresolved_where_there_are_none()
    {
        _models.PutInForce(ModelOf(App("a", [5001]) with { Targets = [Target("10.0.0.1:1") with { Weight = 0 }] }));
        await ServeAsync();
        Assert.Equal(TerminationReason.ConnectFailed, Record.Reason);
        Assert.Contains("every target is drained (weight 0)", _log.LastLine, StringComparison.Ordinal);

        _models.PutInForce(ModelOf(App("a", [5001], "none.invalid:1")));
        Answer(target: 0);
        await ServeAsync();
        Assert.Contains("no target name resolves", _log.LastLine, StringComparison.Ordinal);
    }

    /// <summary>As the resolver does it.</summary>
    private void Answer(int target, params string[] addresses) =>
        _models.Current.Apps[0].Targets[target].Name!.Take(Answers.Of(addresses), _models.TakeAnswer);
}
