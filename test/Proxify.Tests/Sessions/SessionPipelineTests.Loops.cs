using System.Net.Sockets;
using Proxify.Configuration;
using Proxify.Telemetry;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>Targets that lead back to proxify.</summary>
public sealed partial class SessionPipelineTests
{
    [Fact]
    public async Task A_dial_that_met_itself_is_a_target_that_refuses()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "127.0.0.1:40000", "127.0.0.1:40001")));
        for (var i = 0; i < 2; i++)
        {
            var client = await ServeAsync(client: new FakeConnection(Listen, Client) { DialFrom = TcpEndpoint.FromIPv4(0x7f000001, 40000) });
            Assert.Equal(40001, Record.Target!.Value.Port);
            Assert.All(client.Targets, target => Assert.True(target.WasReset));
        }
    }

    [Fact]
    public async Task A_target_that_is_our_own_listener_is_not_dialled()
    {
        // Not to be had from a valid config with literals: a name that resolves to this machine.
        _models.PutInForce(ModelOf(App("a", [5001], "127.0.0.1:5001")));

        var client = await ServeAsync();

        Assert.Empty(client.Dialled);
        Assert.Equal(TerminationReason.Loop, Record.Reason);
        Assert.Contains(1101, _log.Events);
    }

    [Fact]
    public async Task A_target_at_whose_endpoint_we_accept_leads_back()
    {
        // A port that is in no config: opened by hand, and the target of the very app that its connections go to.
        _models.PutInForce(ModelOf(App("a", [5001], "127.0.0.1:7")));
        var target = TcpEndpoint.FromIPv4(0x7f000001, OpenedByHand);
        var inner = new FakeConnection(target, TcpEndpoint.FromIPv4(0x7f000001, 41234));
        var outer = new FakeConnection(Listen, Client);
        outer.OnDial = dialled =>
        {
            // The dial is accepted before it has completed.
            _handler.HandleAsync(inner).AsTask().GetAwaiter().GetResult();
            return SocketError.Success;
        };

        await ServeAsync(client: outer);
        Assert.Empty(inner.Dialled);
        Assert.Equal(TerminationReason.Loop, _log.Records[0].Reason);

        var next = await ServeAsync();
        Assert.Empty(next.Dialled);
        Assert.Equal(TerminationReason.Loop, Record.Reason);
    }

    [Fact]
    public async Task A_target_that_was_ours_is_dialled_again_after_a_while()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "127.0.0.1:7")));
        await ServeAsync();
        await ServeAsync(client: new FakeConnection(TcpEndpoint.FromIPv4(0x7f000001, OpenedByHand), Client));
        Assert.Equal(TerminationReason.Loop, Record.Reason);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Single((await ServeAsync()).Dialled);
    }
}
