using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>Whose a connection is: by its port, in the model that is in force.</summary>
public sealed partial class SessionPipelineTests
{
    [Fact]
    public async Task No_app_for_the_port_resets_without_a_dial()
    {
        var client = await ServeAsync(client: new FakeConnection(Listen with { Port = 8 }, Client));

        Assert.True(client.WasReset);
        Assert.Empty(client.Dialled);
        Assert.Equal(1, _handler.NoRoute);
    }

    [Fact]
    public async Task A_port_that_is_open_without_an_app_belongs_to_the_default_app()
    {
        var byHand = await ServeAsync(client: new FakeConnection(Listen with { Port = OpenedByHand }, Client));
        Assert.Single(byHand.Dialled);
        Assert.Equal("*", Record.App);

        var unknown = await ServeAsync(client: new FakeConnection(Listen with { Port = 8 }, Client));
        Assert.Empty(unknown.Dialled);

        _models.PutInForce(ModelBuilder.Build(_models.Current.Config with { DefaultApp = DefaultAppConfig.Refuse }, null));
        var refused = await ServeAsync(client: new FakeConnection(Listen with { Port = OpenedByHand }, Client));
        Assert.True(refused.WasReset);
        Assert.Empty(refused.Dialled);
    }

    [Fact]
    public async Task A_connection_whose_port_is_unknown_belongs_to_no_app_the_default_app_included()
    {
        var handler = NewHandler(portOfDefaultApp: 0);
        var client = new FakeConnection(default, Client);

        await handler.HandleAsync(client);

        Assert.True(client.WasReset);
        Assert.Empty(client.Dialled);
        Assert.Equal(1, handler.NoRoute);
    }

    [Fact]
    public async Task No_app_for_the_port_while_a_change_is_under_way_waits_for_the_new_model()
    {
        var client = new FakeConnection(Listen with { Port = 8 }, Client);
        var change = _models.BeginChange();
        var serving = _handler.HandleAsync(client).AsTask();
        Assert.False(serving.IsCompleted);

        _models.PutInForce(ModelOf(App("new", [8], "10.0.0.9:1")));
        change.Dispose();
        await serving.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("10.0.0.9:1", client.Dialled.Single().ToString());
    }

    [Fact]
    public async Task No_app_for_the_port_in_a_model_that_is_replaced_while_it_is_asked_is_looked_for_in_the_new_one()
    {
        var client = new FakeConnection(Listen with { Port = 8 }, Client);
        var change = _models.BeginChange();
        var ports = new FakePorts(OpenedByHand)
        {
            OnAsked = () =>
            {
                _models.PutInForce(ModelOf(App("new", [8], "10.0.0.9:1")));
                change.Dispose();
            },
        };

        await new PipelineBench(_models, _registry, ports, _time, _log).HandleAsync(client);

        Assert.Equal("10.0.0.9:1", client.Dialled.Single().ToString());
    }
}
