using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Prefaces;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Tests.Prefaces;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>Which app a client gets by what it says first, and what it is told when it gets none.</summary>
public sealed class ServerNameTests
{
    private static readonly byte[] TlsRequest = [0, 0, 0, 8, 4, 210, 22, 47];
    private static readonly byte[] GssRequest = [0, 0, 0, 8, 4, 210, 22, 48];

    private static readonly AppConfig A = App("a", [443], "10.0.0.1:1") with { ServerNames = ["a.test"] };
    private static readonly AppConfig B = App("b", [443], "10.0.0.2:1") with { ServerNames = ["*.b.test"], ApplicationProtocols = ["h2"] };
    private static readonly AppConfig Rest = App("rest", [443], "10.0.0.3:1");

    private readonly FakeTimeProvider _time = new();
    private readonly SessionEvents _events = new();
    private readonly NamesOfSessions _names = new();
    private readonly FakeConnection _client = new(TcpEndpoint.FromIPv4(0x7f000001, 443), TcpEndpoint.FromIPv4(0x0a000001, 50000));

    [Fact]
    public async Task A_client_gets_the_app_of_its_name_and_the_target_its_hello_unchanged()
    {
        var hello = HelloBytes.InRecords(HelloBytes.Modern("A.test"), 7);
        await ServeAsync([A, Rest], hello);

        Assert.Equal("10.0.0.1:1", $"{Assert.Single(_client.Dialled)}");
        Assert.Equal(hello, _client.Unread);
        Assert.Equal(["a.test"], _names.Ended);
        Assert.Empty(_client.Sent);
    }

    [Fact]
    public async Task A_hello_may_come_byte_by_byte()
    {
        var hello = HelloBytes.InRecords(HelloBytes.Modern("x.b.test"), 1);
        await ServeAsync([A, B, Rest], [.. hello.Select(b => new[] { b })]);

        Assert.Equal("10.0.0.2:1", $"{Assert.Single(_client.Dialled)}");
        Assert.Equal(hello, _client.Unread);
    }

    [Theory]
    [InlineData("c.test", 112)]
    [InlineData(null, 112)]
    public async Task A_name_that_no_app_takes_is_refused_with_an_alert(string? name, byte alert)
    {
        var message = name is null ? HelloBytes.Message() : HelloBytes.Modern(name);
        await ServeAsync([A, B], HelloBytes.InRecords(message));

        Assert.Equal([21, 3, 1, 0, 2, 2, alert], _client.Sent);
        Assert.Empty(_client.Dialled);
        Assert.Equal(["refused for unknown_name"], _events.Told);
    }

    [Fact]
    public async Task A_client_that_is_refused_gives_its_place_back()
    {
        var config = new ProxyConfig { Apps = [A], Limits = new ProxyLimitsConfig { Sessions = 1, SessionsPerSource = 1 } };
        var bench = new PipelineBench(
            new ProxyRuntime(ModelBuilder.Build(config, previous: null)), new SessionRegistry(), new FakePorts(0),
                _time, NullLogger.Instance, [_events, _names]);
        foreach (var name in (string[])["c.test", "c.test", "a.test"])
        {
            var client = new FakeConnection(_client.Local, _client.Remote);
            client.Said.Writer.TryWrite(HelloBytes.InRecords(HelloBytes.Modern(name)));
            await bench.HandleAsync(client);
        }

        Assert.Equal(["a.test"], _names.Ended);
    }

    [Fact]
    public async Task A_protocol_that_no_app_of_the_name_takes_is_refused_with_an_alert()
    {
        await ServeAsync([A, B], HelloBytes.InRecords(HelloBytes.Message(HelloBytes.ServerName("x.b.test"), HelloBytes.Protocols("http/1.1"))));

        Assert.Equal([21, 3, 1, 0, 2, 2, 120], _client.Sent);
        Assert.Empty(_client.Dialled);
    }

    [Fact]
    public async Task Names_that_no_app_takes_go_to_the_app_without_names()
    {
        await ServeAsync([A, Rest], HelloBytes.InRecords(HelloBytes.Modern("c.test")));

        Assert.Equal("10.0.0.3:1", $"{Assert.Single(_client.Dialled)}");
    }

    [Fact]
    public async Task A_port_of_one_app_without_names_reads_nothing()
    {
        await ServeAsync([Rest]);

        Assert.Equal("10.0.0.3:1", $"{Assert.Single(_client.Dialled)}");
    }

    [Fact]
    public async Task Clients_without_TLS_go_to_the_app_that_takes_them_and_to_no_other()
    {
        await ServeAsync([A, Rest with { PlainClients = true }], "GET / HTTP/1.1\r\n"u8.ToArray());
        Assert.Equal("10.0.0.3:1", $"{Assert.Single(_client.Dialled)}");
        Assert.Equal("GET / HTTP/1.1\r\n", Encoding.ASCII.GetString(_client.Unread));

        var other = new FakeConnection(_client.Local, _client.Remote);
        await ServeAsync([A, Rest], other, "GET / HTTP/1.1\r\n"u8.ToArray());
        Assert.Empty(other.Dialled);
        Assert.True(other.WasReset);
    }

    [Fact]
    public async Task A_hello_that_is_broken_or_breaks_off_is_refused()
    {
        await ServeAsync([A, Rest], HelloBytes.Record([2, 0, 0, 0]));
        Assert.Equal([21, 3, 1, 0, 2, 2, 50], _client.Sent);

        var other = new FakeConnection(_client.Local, _client.Remote);
        await ServeAsync([A, Rest], other, [22, 3], []);
        Assert.Empty(other.Dialled);
        Assert.True(other.WasReset);
    }

    [Fact]
    public async Task A_hello_that_does_not_come_in_time_is_refused()
    {
        var serving = ServeAsync([A, Rest], [22, 3, 1]);
        Assert.False(serving.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(10));
        await serving;

        Assert.Equal(["refused for client_hello"], _events.Told);
        Assert.True(_client.WasReset);
    }

    [Fact]
    public async Task A_postgres_client_is_answered_before_its_hello_and_its_target_is_asked()
    {
        var hello = HelloBytes.InRecords(HelloBytes.Modern("a.test"));
        await ServePostgresAsync(GssRequest, TlsRequest, hello);

        Assert.Equal("NS", Encoding.ASCII.GetString([.. _client.Sent]));
        Assert.Equal(TlsRequest, Assert.Single(_client.Targets).Sent);
        Assert.Equal(hello, _client.Unread);
    }

    [Fact]
    public async Task A_postgres_client_that_begins_with_TLS_has_to_offer_postgresql()
    {
        await ServePostgresAsync(HelloBytes.InRecords(HelloBytes.Message(HelloBytes.ServerName("a.test"), HelloBytes.Protocols("postgresql"))));
        Assert.Equal(TlsRequest, Assert.Single(_client.Targets).Sent);

        var other = new FakeConnection(_client.Local, _client.Remote);
        await ServeAsync([A with { StartTls = StartTlsProtocol.Postgres }], other, HelloBytes.InRecords(HelloBytes.Modern("a.test")));
        Assert.Equal([21, 3, 1, 0, 2, 2, 120], other.Sent);
    }

    [Fact]
    public async Task A_postgres_client_without_TLS_is_told_that_it_needs_it()
    {
        await ServePostgresAsync([0, 0, 0, 8, 0, 3, 0, 0]);

        Assert.Equal(PostgresGreeting.Refusal("this port takes TLS only"), _client.Sent);
        Assert.Empty(_client.Dialled);
    }

    [Fact]
    public async Task Bytes_that_come_with_a_postgres_request_are_not_taken_for_the_clients()
    {
        await ServePostgresAsync([.. TlsRequest, .. HelloBytes.InRecords(HelloBytes.Modern("a.test"))]);

        Assert.Empty(_client.Sent);
        Assert.Empty(_client.Dialled);
        Assert.True(_client.WasReset);
    }

    private Task ServePostgresAsync(params byte[][] said)
    {
        _client.OnDialled = target => target.Said.Writer.TryWrite([(byte)'S']);
        return ServeAsync([A with { StartTls = StartTlsProtocol.Postgres }], said);
    }

    private Task ServeAsync(AppConfig[] apps, params byte[][] said) => ServeAsync(apps, _client, said);

    private async Task ServeAsync(AppConfig[] apps, FakeConnection client, params byte[][] said)
    {
        foreach (var bytes in said)
            client.Said.Writer.TryWrite(bytes);
        var runtime = new ProxyRuntime(ModelOf(apps));
        await new PipelineBench(runtime, new SessionRegistry(), new FakePorts(0), _time, NullLogger.Instance, [_events, _names]).HandleAsync(client);
    }

    private sealed class NamesOfSessions : ISessionObserver
    {
        public List<string?> Ended { get; } = [];

        void ISessionObserver.Ended(Session session, TerminationReason reason) => Ended.Add(session.ServerName);
    }
}
