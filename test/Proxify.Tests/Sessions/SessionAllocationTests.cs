using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>What a session costs in memory, apart from its connections.</summary>
public sealed class SessionAllocationTests
{
    /// <summary>The session itself. To be lowered, and raised only with a reason.</summary>
    private const int MostBytes = 168;

    /// <summary>With the state of the methods that wait for its relay, which is pooled when it ends.</summary>
    private const int MostBytesWhileRelaying = 584;

    private readonly ProxyRuntime _models = RuntimeOf(App("a", [5001], "10.0.0.1:1", "10.0.0.2:1"));

    [Fact]
    public void A_session_that_is_served_at_once_allocates_no_more_than_itself()
    {
        var handler = NewHandler();
        var client = NewClient(Task.FromResult(RelayEnd.Done));

        Assert.InRange(Allocations.Of(() => Serve(handler, client)), 1, MostBytes);
    }

    [Fact]
    public async Task Many_sessions_that_relay_allocate_no_more_than_this_each()
    {
        const int Sessions = 10_000;
        var handler = NewHandler();
        var relay = new TaskCompletionSource<RelayEnd>();
        var client = NewClient(relay.Task);
        var serving = new Task[Sessions];

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Sessions; i++)
            serving[i] = Serve(handler, client);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Sessions;

        relay.SetResult(RelayEnd.Done);
        await Task.WhenAll(serving);
        Assert.InRange(each, 1, MostBytesWhileRelaying);
    }

    [Fact]
    public void A_connection_that_is_refused_allocates_nothing()
    {
        _models.Apply(_models.Current.Config with { Sources = new() { Deny = [IPNetwork.Parse("10.0.0.0/8")] } });
        var handler = NewHandler();
        var client = NewClient(Task.FromResult(RelayEnd.Done));

        Assert.Equal(0, Allocations.Of(() => Serve(handler, client)));
    }

    private PipelineBench NewHandler() => new(_models, new SessionRegistry(), new NativePorts(), TimeProvider.System, NullLogger.Instance);

    private static QuietConnection NewClient(Task<RelayEnd> relay) => new(new QuietConnection(null, relay), relay);

    private static Task Serve(PipelineBench handler, Connection client)
    {
        var serving = handler.HandleAsync(client);
        return serving.IsCompletedSuccessfully ? Task.CompletedTask : serving.AsTask();
    }
}
