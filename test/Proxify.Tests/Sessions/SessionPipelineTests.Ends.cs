using System.Net.Sockets;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

/// <summary>How sessions end: by their relay, by an abort, because their client has left.</summary>
public sealed partial class SessionPipelineTests
{
    [Fact]
    public async Task A_client_that_has_reset_before_its_session_began_costs_no_target_anything()
    {
        var client = new FakeConnection(Listen, Client) { HasReset = true };

        await _handler.HandleAsync(client);

        Assert.Empty(client.Dialled);
        Assert.Equal((TerminationReason.ClientReset, 0), (Record.Reason, Record.Tries));
    }

    [Theory]
    [InlineData(nameof(RelayEnd.Done), "done")]
    [InlineData(nameof(RelayEnd.ClientReset), "client_reset")]
    [InlineData(nameof(RelayEnd.TargetReset), "target_reset")]
    [InlineData(nameof(RelayEnd.IdleTimeout), "idle_timeout")]
    [InlineData(nameof(RelayEnd.HalfCloseTimeout), "half_close_timeout")]
    public async Task A_relays_end_is_the_sessions_reason(string end, string reason)
    {
        await ServeAsync(client: new FakeConnection(Listen, Client) { OnRelay = () => Task.FromResult(Enum.Parse<RelayEnd>(end)) });

        Assert.Equal(reason, Record.Reason!.Value.ToWord());
        Assert.Equal(1, _models.Current.Apps[0].State.Ended(Record.Reason.Value).Value);
        Assert.Equal(0, _models.Current.Apps[0].State.SessionsActive.Value);
        Assert.Equal(0, _registry.Count);
    }

    [Fact]
    public async Task An_aborted_session_ends_for_the_reason_given()
    {
        var relay = new TaskCompletionSource<RelayEnd>();
        var client = new FakeConnection(Listen, Client) { OnRelay = () => relay.Task };
        var serving = _handler.HandleAsync(client).AsTask();

        _registry.Snapshot().Single().Abort(TerminationReason.Drained);
        Assert.True(client.WasAborted);
        relay.SetResult(RelayEnd.Aborted);
        await serving;

        Assert.Equal(TerminationReason.Drained, Record.Reason);
    }

    [Fact]
    public async Task A_client_that_leaves_while_its_target_is_dialled_ends_the_dial_and_is_told_as_having_left()
    {
        var dial = new TaskCompletionSource<SocketError>();
        var client = new FakeConnection(Listen, Client) { SlowDial = dial.Task };
        var serving = _handler.HandleAsync(client).AsTask();

        client.Leave(byReset: true);
        Assert.True(client.WasAborted);
        dial.SetResult(SocketError.OperationAborted);
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Single(client.Dialled);
        Assert.Equal(TerminationReason.ClientReset, Record.Reason);
        Assert.Equal(0, _registry.Count);
    }

    [Fact]
    public async Task A_session_is_aborted_for_the_first_reason_given()
    {
        var relay = new TaskCompletionSource<RelayEnd>();
        var client = new FakeConnection(Listen, Client) { OnRelay = () => relay.Task };
        var serving = _handler.HandleAsync(client).AsTask();

        _registry.Snapshot().Single().Abort(TerminationReason.TargetDown);
        _registry.Snapshot().Single().Abort(TerminationReason.Drained);
        relay.SetResult(RelayEnd.Aborted);
        await serving;

        Assert.Equal(TerminationReason.TargetDown, Record.Reason);
    }

    [Fact]
    public async Task A_relay_that_was_aborted_by_nobody_has_met_a_defect()
    {
        await ServeAsync(client: new FakeConnection(Listen, Client) { OnRelay = () => Task.FromResult(RelayEnd.Aborted) });

        Assert.Equal(TerminationReason.InternalError, Record.Reason);
    }
}
