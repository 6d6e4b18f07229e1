using System.Net;
using Proxify.Configuration;
using Proxify.Telemetry;
using Proxify.Tests.Architecture;
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
    public void Fields_are_those_that_are_wanted_in_their_order_and_without_what_this_session_has_not()
    {
        var record = new SessionRecord
        {
            Fields = [.. "server_name reason via target app".Split(' ').Select(SessionField.Named)],
            App = "a",
            Listen = Record.Listen,
            Client = Record.Client,
            Target = null,
            ConnectTime = null,
            Duration = TimeSpan.Zero,
            FromClient = 0,
            FromTarget = 0,
            Tries = 0,
            Reason = null,
            ServerName = "a b",
        };

        Assert.Equal("interim server_name=\"a b\" reason=- target=- app=a", record.ToString());
        Assert.Equal(["server_name", "reason", "target", "app"], record.Select(f => f.Key));
        Assert.Equal("session of app a goes on", record.Summary);
    }

    [Fact]
    public void Every_field_can_be_chosen_and_is_explained_once()
    {
        var section = File.ReadAllText(Path.Combine(Repository.Root, "docs/operations.md")).Split("### The access record")[1].Split("\n#")[0];
        var rows = section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(row => row.Split('|')[1]);
        var explained = rows.SelectMany(cell => cell.Split(',')).Select(name => name.Trim(' ', '`'));

        Assert.Equal(SessionField.All.Select(field => field.Name), ConfigWords.AccessLogFields.Words);
        Assert.Equal(SessionField.All.Select(field => field.Name), explained);
    }

    [Fact]
    public void Fields_have_the_names_of_the_line() => Assert.Equal(
        ["app", "listen", "client", "target", "connect_ms", "duration_ms", "from_client", "from_target", "tries", "reason"],
        Record.Select(f => f.Key));
}
