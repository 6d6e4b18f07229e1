using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Proxify.Program.Logging;
using Proxify.Telemetry;

namespace Proxify.Tests.Logging;

/// <summary>Events with their fields apart, as systemd's journal and syslog take them.</summary>
public sealed class SocketFormatTests
{
    private const string FromOutside = "\u001b[2J\n\"]\\x\u2028";

    private static readonly KeyValuePair<string, object?>[] Fields =
        [new("App", "web"), new("Nothing", null), new("ConnectMs", 0.5), new("Suppressed", Count.Of(3, "line")), new("{OriginalFormat}", "x")];

    [Fact]
    public void Journal_has_a_line_for_each_field()
    {
        var entry = new JournalFormat().Format(LogLevel.Warning, new EventId(1400, "TargetDown"), "It is down.", Fields, new IOException("full"));

        Assert.Equal(
            "MESSAGE=It is down.\nPRIORITY=4\nSYSLOG_IDENTIFIER=proxify\nPROXIFY_EVENT=TargetDown\nPROXIFY_ID=1400\nPROXIFY_APP=web\nPROXIFY_CONNECT_MS=0.5\n"
            + "PROXIFY_SUPPRESSED=3\nPROXIFY_EXCEPTION=System.IO.IOException: full\n",
            entry);
    }

    [Fact]
    public void Journal_takes_no_field_from_outside()
    {
        var entry = new JournalFormat().Format(LogLevel.Error, new EventId(1, FromOutside), FromOutside, [new("Name", FromOutside)]);

        Assert.Equal(6, entry.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain(entry.Replace("\n", "", StringComparison.Ordinal), char.IsControl);
    }

    [Fact]
    public void Syslog_has_the_fields_as_structured_data()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 0, 29, 22, TimeSpan.Zero));
        var line = new SyslogFormat(time).Format(LogLevel.Warning, new EventId(1400, "TargetDown"), "It is down.", Fields);

        Assert.Equal(
            $"<28>1 2026-11-26T00:29:22.000Z {Environment.MachineName} proxify {Environment.ProcessId} TargetDown "
            + "[proxify@32473 id=\"1400\" app=\"web\" connect_ms=\"0.5\" suppressed=\"3\"] It is down.",
            line);
    }

    [Fact]
    public void Syslog_takes_no_data_from_outside()
    {
        var line = new SyslogFormat(TimeProvider.System).Format(LogLevel.Error, new EventId(1, FromOutside), FromOutside, [new("Name", FromOutside)]);

        Assert.Contains(""" - [proxify@32473 id="1" name="\\u001b[2J\\u000a\"\]\\x\\u2028"] \u001b""", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, char.IsControl);
    }
}
