using System.Net;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Tests.Telemetry;

public sealed class SessionRecordTests
{
    private static readonly SessionRecord Record = new()
    {
        App = "five-thousand",
        Listen = new TcpEndpoint(IPAddress.Loopback, 5001),
        Client = new TcpEndpoint(IPAddress.IPv6Loopback, 53412),
        Target = new TcpEndpoint(IPAddress.Loopback, 9001),
        ConnectTime = TimeSpan.FromMicroseconds(210),
        Duration = TimeSpan.FromMilliseconds(3.4),
        FromClient = 29,
        FromTarget = 30,
        Tries = 2,
        Reason = TerminationReason.HalfCloseTimeout,
    };

    [Fact]
    public void ToString_is_one_line_of_key_value_pairs() => Assert.Equal(
        "session app=five-thousand listen=127.0.0.1:5001 client=[::1]:53412 target=127.0.0.1:9001 connect_ms=0.21 duration_ms=3.40 " +
        "from_client=29 from_target=30 tries=2 reason=half_close_timeout",
        Record.ToString());

    [Fact]
    public void ToString_without_a_target_writes_dashes()
    {
        var record = new SessionRecord
        {
            App = "an \"app\" \\",
            Listen = Record.Listen,
            Client = Record.Client,
            Target = null,
            ConnectTime = null,
            Duration = TimeSpan.Zero,
            FromClient = 0,
            FromTarget = 0,
            Tries = 3,
            Reason = TerminationReason.ConnectFailed,
        };

        Assert.StartsWith("""session app="an \"app\" \\" listen=""", record.ToString(), StringComparison.Ordinal);
        Assert.Contains("target=- connect_ms=- ", record.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("tries=3 reason=connect_failed", record.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_have_the_names_of_the_line() => Assert.Equal(
        ["app", "listen", "client", "target", "connect_ms", "duration_ms", "from_client", "from_target", "tries", "reason"],
        Record.Select(f => f.Key));
}
