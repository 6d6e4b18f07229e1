using System.Net.Sockets;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Tests.Sessions;

/// <summary>What runs between dial and relay.</summary>
public sealed partial class SessionPipelineTests
{
    [Fact]
    public async Task Stages_run_in_their_order_between_dial_and_relay()
    {
        var steps = new List<string>();
        var client = new FakeConnection(Listen, Client)
        {
            OnDial = _ =>
            {
                steps.Add("dial");
                return SocketError.Success;
            },
            OnRelay = () =>
            {
                steps.Add("relay");
                return Task.FromResult(RelayEnd.Done);
            },
        };

        await Staged(new FakeStage(_ => Step("first")), new FakeStage(_ => Step("second"))).HandleAsync(client);

        Assert.Equal(["dial", "first", "second", "relay"], steps);
        Assert.Equal(TerminationReason.Done, Record.Reason);

        TerminationReason? Step(string name)
        {
            steps.Add(name);
            return null;
        }
    }

    [Fact]
    public async Task A_stage_that_refuses_ends_the_session_with_its_reason_and_resets_both_sides()
    {
        var later = 0;
        var client = new FakeConnection(Listen, Client) { OnRelay = () => throw new InvalidOperationException("no relay after a refusal") };

        await Staged(new FakeStage(_ => TerminationReason.TargetReset), new FakeStage(_ => (TerminationReason)(later++))).HandleAsync(client);

        Assert.Equal(TerminationReason.TargetReset, Record.Reason);
        Assert.Equal(client.Targets.Single().Remote, Record.Target);
        Assert.True(client.WasReset);
        Assert.True(client.Targets.Single().WasReset);
        Assert.Equal(0, later);
    }

    [Fact]
    public async Task A_session_without_a_target_meets_no_stage()
    {
        var stages = 0;
        var client = new FakeConnection(Listen, Client) { OnDial = _ => SocketError.ConnectionRefused };

        await Staged(new FakeStage(_ => (TerminationReason)(stages++))).HandleAsync(client);

        Assert.Equal((0, TerminationReason.ConnectFailed), (stages, Record.Reason));
    }

    [Fact]
    public async Task A_stage_that_throws_costs_its_session_and_leaves_no_connection_behind()
    {
        var client = new FakeConnection(Listen, Client);

        var handler = Staged(new FakeStage(_ => throw new InvalidOperationException()));

        await Assert.ThrowsAsync<InvalidOperationException>(() => handler.HandleAsync(client).AsTask());

        Assert.True(client.Targets.Single().WasReset);
        Assert.Equal(TerminationReason.InternalError, Record.Reason);
        Assert.Equal(0, _registry.Count);
    }

    private PipelineBench Staged(params ISessionStage[] stages) => NewHandler(OpenedByHand, stages: stages);

    private sealed class FakeStage(Func<Session, TerminationReason?> run) : ISessionStage
    {
        public ValueTask<TerminationReason?> RunAsync(Session session) => new(run(session));
    }
}
