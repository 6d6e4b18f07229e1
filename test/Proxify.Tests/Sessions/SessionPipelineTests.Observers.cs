using System.Net;
using System.Net.Sockets;
using Proxify.Configuration;
using Proxify.Runtime;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>What observers are told, and when.</summary>
public sealed partial class SessionPipelineTests
{
    [Fact]
    public async Task Observers_are_told_of_a_session_in_order_while_it_has_its_place_and_after()
    {
        var events = new SessionEvents();

        await NewHandler(OpenedByHand, [events]).HandleAsync(new FakeConnection(Listen, Client));

        Assert.Equal(["began", "connected after 0 s", "ending for done", "ended for done"], events.Told);
    }

    [Fact]
    public async Task Observers_are_told_of_no_connect_where_no_target_was_reached()
    {
        var events = new SessionEvents();

        await NewHandler(OpenedByHand, [events]).HandleAsync(new FakeConnection(Listen, Client) { OnDial = _ => SocketError.ConnectionRefused });

        Assert.Equal(["began", "ending for connect_failed", "ended for connect_failed"], events.Told);
    }

    [Theory]
    [InlineData(8, "refused for no_route")]
    [InlineData(5001, "refused for denied")]
    [InlineData(5002, "refused for limit")]
    public async Task Observers_are_told_of_a_connection_that_is_refused_and_of_nothing_else(ushort port, string told)
    {
        _models.Apply(new ProxyConfig
        {
            Apps =
            [
                App("a", [5001], "10.0.0.2:1") with { Sources = new() { Deny = [IPNetwork.Parse("10.0.0.0/8")] } },
                App("b", [5002], "10.0.0.2:1") with { Limits = new AppLimitsConfig { Rate = ConnectionRate.PerSecond(1) } },
            ],
        });
        var events = new SessionEvents();
        var handler = NewHandler(OpenedByHand, [events]);
        if (port == 5002)
            await handler.HandleAsync(new FakeConnection(Listen with { Port = port }, Client));
        events.Told.Clear();

        await handler.HandleAsync(new FakeConnection(Listen with { Port = port }, Client));

        Assert.Equal([told], events.Told);
    }
}
