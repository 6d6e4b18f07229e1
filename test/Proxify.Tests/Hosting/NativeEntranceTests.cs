using System.Net;
using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Hosting;

/// <summary>What is open before, during and after a change.</summary>
public sealed class NativeEntranceTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeTransport _transport = new();
    private readonly NativeEntrance _entrance;

    public NativeEntranceTests() => _entrance = new NativeEntrance(_transport, new NoHandler(), _time);

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    [Fact]
    public async Task Commit_closes_what_is_not_wanted_and_nothing_else()
    {
        await ChangeAsync(Bound(1, 2));

        await PrepareAsync(Bound(2, 3));
        Assert.Equal([1, 2, 3], Open);

        await _entrance.CommitAsync();
        Assert.Equal([2, 3], Open);
        Assert.Equal("listening on 2 endpoints", _entrance.Summary);
        Assert.Single(_transport.History, "bind 127.0.0.1:2");
    }

    [Fact]
    public async Task RollBack_closes_what_was_opened_and_nothing_else()
    {
        await ChangeAsync(Bound(1, 2));

        await PrepareAsync(Bound(2, 3));
        await _entrance.RollBackAsync();

        Assert.Equal([1, 2], Open);
        await ChangeAsync(Bound(1, 2, 3));
        Assert.Equal([1, 2, 3], Open);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_found_before_any_is_listened_on()
    {
        await ChangeAsync(Bound(1));
        _transport.Taken.Add(At(3));

        await Assert.ThrowsAsync<ProxyStartException>(() => PrepareAsync(Bound(2, 3, 4)));

        Assert.Equal([1], Open);
        Assert.DoesNotContain("listen 127.0.0.1:2", _transport.History);
    }

    [Fact]
    public async Task A_port_that_another_process_listens_on_meanwhile_undoes_the_change()
    {
        await ChangeAsync(Bound(1));
        _transport.TakenLater.Add(At(3));

        await Assert.ThrowsAsync<ProxyStartException>(() => PrepareAsync(Bound(2, 3)));

        Assert.Equal([1], Open);
    }

    [Fact]
    public async Task A_change_that_is_cancelled_opens_nothing()
    {
        await ChangeAsync(Bound(1));

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => _entrance.PrepareAsync(ModelOf(Bound(1, 2)), new CancellationToken(canceled: true)).AsTask());

        Assert.Equal([1], Open);
    }

    [Fact]
    public async Task The_listener_for_every_address_stays_a_second_beside_those_that_take_its_place()
    {
        await ChangeAsync(Bound(1) with { Bind = [] });

        await PrepareAsync(Bound(1));
        var committing = _entrance.CommitAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal([1, 1], Open);
        Assert.False(committing.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        await committing.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal([At(1)], _transport.Bound);
    }

    [Fact]
    public async Task A_narrower_listener_stays_beside_the_one_for_every_address()
    {
        await ChangeAsync(Bound(1));

        await ChangeAsync(Bound(1) with { Bind = [] });

        Assert.Equal([1, 1], Open);
    }

    private IEnumerable<int> Open => _transport.Bound.Select(e => (int)e.Port).Order();

    private static TcpEndpoint At(int port) => new(IPAddress.Loopback, port);

    private static AppConfig Bound(params int[] ports) =>
        App("a", [.. ports.Select(p => new PortRange(p, p))], "127.0.0.1:9") with { Bind = [IPAddress.Loopback] };

    private Task PrepareAsync(AppConfig app) => _entrance.PrepareAsync(ModelOf(app), CancellationToken.None).AsTask();

    private async Task ChangeAsync(AppConfig app)
    {
        await PrepareAsync(app);
        await _entrance.CommitAsync();
    }
}
