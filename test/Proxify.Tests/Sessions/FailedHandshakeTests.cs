using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Pki;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>What the log says of clients that an app's TLS comes to nothing with.</summary>
public sealed class FailedHandshakeTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();
    private readonly ProxyRuntime _runtime = new(ModelOf(App("a", [443], "10.0.0.1:1") with
    {
        Tls = new TlsConfig { Certificates = [new() { Certificate = TestPki.Shared.Server.CombinedPath }] },
    }));

    [Fact]
    public async Task A_flood_of_them_is_a_record_a_second_which_says_how_many_were_left_out()
    {
        await FloodAsync(50);
        Assert.Equal(Enumerable.Repeat(((TerminationReason?)TerminationReason.TlsHandshake, 0L), 20), Records);

        _time.Advance(TimeSpan.FromSeconds(1));
        await FloodAsync(5);
        Assert.Equal((TerminationReason.TlsHandshake, 30L), Records.Skip(20).Single());
        Assert.EndsWith(" reason=tls_handshake detail=\"http request\" suppressed=30", $"{_log.Records.Last()}", StringComparison.Ordinal);
        Assert.Equal(55, _runtime.Current.Apps[0].State.Ended(TerminationReason.TlsHandshake).Value);
    }

    private IEnumerable<(TerminationReason? Reason, long Suppressed)> Records => _log.Records.Select(record => (record.Reason, record.Suppressed));

    private async Task FloodAsync(int clients)
    {
        var pipeline = new PipelineBench(_runtime, new SessionRegistry(), new FakePorts(0), _time, _log);
        for (var i = 0; i < clients; i++)
        {
            var client = new FakeConnection(TcpEndpoint.FromIPv4(0x7f000001, 443), TcpEndpoint.FromIPv4(0x0a000001, 50000));
            client.Said.Writer.TryWrite("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            await pipeline.HandleAsync(client);
        }
    }
}
