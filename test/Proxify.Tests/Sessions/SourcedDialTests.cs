using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Health;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Tests.Health;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>Where sessions are dialled from, and what becomes of those that cannot be.</summary>
public sealed class SourcedDialTests : IDisposable
{
    private static readonly TcpEndpoint Listen = TcpEndpoint.FromIPv4(0x7f000001, 5001);
    private static readonly TcpEndpoint Client = TcpEndpoint.FromIPv4(0x0a000001, 50_000);
    private static readonly DialSourceConfig Two = DialSourceConfig.Of(IPNetwork.Parse("10.9.0.0/31"));

    private readonly FakeTimeProvider _time = new();
    private readonly HealthBench.EventLog _log = new();
    private readonly HealthMonitor _monitor;

    private ProxyRuntime? _models;

    public SourcedDialTests() => _monitor = new HealthMonitor(_time, _log, new FakeProber(), new HealthObserver());

    public void Dispose() => _monitor.Dispose();

    [Fact]
    public async Task Without_a_source_the_kernel_chooses()
    {
        var client = await ServeAsync(Pipeline(null), static (_, _) => SocketError.Success);

        Assert.Equal(default, Assert.Single(client.DialledFrom));
    }

    [Fact]
    public async Task Given_addresses_are_used_by_turns()
    {
        var pipeline = Pipeline(Two);

        var sources = new List<string>();
        for (var i = 0; i < 4; i++)
            sources.Add($"{Assert.Single((await ServeAsync(pipeline, static (_, _) => SocketError.Success)).DialledFrom)}");

        Assert.Equal(2, sources.Distinct().Count());
        Assert.Equal(sources[..2], sources[2..]);
        Assert.All(sources, static s => Assert.Contains("10.9.0.", s, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SocketError.AddressNotAvailable)]
    [InlineData(SocketError.AddressAlreadyInUse)]
    [InlineData(SocketError.AccessDenied)]
    public async Task Client_whose_port_is_taken_is_dialled_with_another_port_of_its_address(SocketError taken)
    {
        var client = await ServeAsync(Pipeline(DialSourceConfig.Client), (_, local) => local.Endpoint.Port == 0 ? SocketError.Success : taken);

        Assert.Equal([new LocalEnd(Client, IsForeign: true), new LocalEnd(Client with { Port = 0 }, IsForeign: true)], client.DialledFrom);
        Assert.Single(client.Targets);
        Assert.Empty(Told);
    }

    [Fact]
    public async Task Address_without_a_free_port_is_replaced_by_another_one()
    {
        var refused = new List<LocalEnd>();
        var client = await ServeAsync(Pipeline(Two), (_, local) =>
        {
            refused.Add(local);
            return refused[0] == local ? SocketError.AddressNotAvailable : SocketError.Success;
        });

        Assert.Equal(2, client.DialledFrom.Distinct().Count());
        Assert.Single(client.Targets);
        Assert.Empty(Told);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused)]
    [InlineData(SocketError.TimedOut)]
    public async Task Target_that_does_not_answer_is_not_dialled_a_second_time(SocketError error)
    {
        var client = await ServeAsync(Pipeline(Two), (_, _) => error);

        Assert.Equal(2, client.Dialled.Distinct().Count());
        Assert.Equal(2, client.Dialled.Count);
    }

    [Fact]
    public async Task Source_that_is_never_given_fails_the_connect_is_told_and_ejects_no_target()
    {
        var pipeline = Pipeline(Two);
        for (var i = 0; i < 10; i++)
        {
            var client = await ServeAsync(pipeline, static (_, _) => SocketError.AddressNotAvailable);
            Assert.True(client.WasReset);
            Assert.Equal(4, client.Dialled.Count); // two targets, two addresses
        }

        Assert.All(_models!.Current.Apps[0].State.Group.Endpoints, static e => Assert.True(e.State.Health.IsUp));
        var line = Assert.Single(Told);
        Assert.StartsWith("SourceUnusable App a: target 10.0.0.1:1 cannot be dialled from 10.9.0.", line, StringComparison.Ordinal);
        Assert.Contains("EADDRNOTAVAIL", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_of_the_other_family_is_not_dialled_for_and_that_is_told()
    {
        var client = new FakeConnection(Listen, new TcpEndpoint(IPAddress.Parse("2001:db8::7"), 40_000));
        await Pipeline(DialSourceConfig.Client).HandleAsync(client);

        Assert.Empty(client.Dialled);
        Assert.True(client.WasReset);
        Assert.All(_models!.Current.Apps[0].State.Group.Endpoints, static e => Assert.True(e.State.Health.IsUp));
        Assert.Equal(["SourceUnusable App a: target 10.0.0.1:1 cannot be dialled from [2001:db8::7]:40000: it is of another address family."], Told);
    }

    [Theory]
    [InlineData(SocketError.TimedOut, true)] // the way back to this client may not lead through here
    [InlineData(SocketError.HostUnreachable, true)]
    [InlineData(SocketError.ConnectionRefused, false)]
    public async Task From_clients_addresses_only_a_targets_own_answer_ejects_it(SocketError error, bool staysUp)
    {
        var pipeline = Pipeline(DialSourceConfig.Client);
        for (var i = 0; i < 6; i++)
            await ServeAsync(pipeline, (_, _) => error);

        Assert.All(_models!.Current.Apps[0].State.Group.Endpoints, e => Assert.Equal(staysUp, e.State.Health.IsUp));
    }

    private IEnumerable<string> Told => _log.Events.Where(static e => e.StartsWith("SourceUnusable", StringComparison.Ordinal));

    private PipelineBench Pipeline(DialSourceConfig? source)
    {
        _models = RuntimeOf(App("a", [5001], "10.0.0.1:1", "10.0.0.2:1") with { Source = source });
        _monitor.Follow(_models.Current.Apps.Select(
            a => (a.Name, HealthBench.Passive, a.State.Group.Endpoints.Select(e => new HealthMember(e.State.Health, true, e.IsBackup)).ToArray())));
        return new PipelineBench(_models, new SessionRegistry(), new NativePorts(), _time, _log);
    }

    private static async Task<FakeConnection> ServeAsync(PipelineBench pipeline, Func<TcpEndpoint, LocalEnd, SocketError> onDial)
    {
        var client = new FakeConnection(Listen, Client);
        client.OnDial = target => onDial(target, client.DialledFrom[^1]);
        await pipeline.HandleAsync(client);
        return client;
    }
}
