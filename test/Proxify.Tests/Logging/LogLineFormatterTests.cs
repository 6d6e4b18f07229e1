using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Proxify.Program.Logging;
using Proxify.Telemetry;

namespace Proxify.Tests.Logging;

public sealed class LogLineFormatterTests
{
    private const string FromOutside = "\u001b[2J\n\u009b31m\u202e\u2028\u007f";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 0, 29, 22, TimeSpan.Zero));

    [Theory]
    [InlineData(false, "2026-11-26T00:29:22.000Z warn  x\n")]
    [InlineData(true, "<4>warn  x\n")]
    public void Text_has_a_time_unless_the_journal_gives_it_one(bool toJournal, string expected) =>
        Assert.Equal(expected, new LogLineFormatter(json: false, toJournal, _time).Format(LogLevel.Warning, default, "x"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_line_holds_a_control_character_of_others(bool json)
    {
        var line = new LogLineFormatter(json, toJournal: false, _time)
            .Format(LogLevel.Error, new EventId(1, FromOutside), FromOutside, [new("Name", FromOutside)], new IOException(FromOutside));

        Assert.DoesNotContain(line[..^1], c => char.IsControl(c) || c is '\u202e' or '\u2028');
        Assert.Contains("u001b[2J", line, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
    }

    public static TheoryData<object, string> Numbers => new()
    {
        { 1, "1" },
        { 2u, "2" },
        { (ushort)3, "3" },
        { long.MinValue, "-9223372036854775808" },
        { ulong.MaxValue, "18446744073709551615" },
        { 0.5, "0.5" },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Json_has_numbers_of_every_type_as_numbers(object number, string expected)
    {
        var line = new LogLineFormatter(json: true, toJournal: false, _time)
            .Format(LogLevel.Information, new EventId(7, "Event"), "x", [new("Limit", number)]);

        using var json = JsonDocument.Parse(line);
        Assert.Equal((JsonValueKind.Number, expected), (json.RootElement.GetProperty("limit").ValueKind, json.RootElement.GetProperty("limit").GetRawText()));
    }

    [Fact]
    public void Json_has_counts_as_numbers()
    {
        var line = new LogLineFormatter(json: true, toJournal: true, _time)
            .Format(LogLevel.Information, new EventId(7, "Event"), "for 2 apps", [new("Apps", Count.Of(2, "app")), new("{OriginalFormat}", "for {Apps}")]);

        Assert.StartsWith("<6>{", line, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(line[3..]);
        Assert.Equal(2, json.RootElement.GetProperty("apps").GetInt32());
        Assert.Equal("for 2 apps", json.RootElement.GetProperty("message").GetString());
        Assert.Equal(["time", "level", "event", "id", "message", "apps"], json.RootElement.EnumerateObject().Select(p => p.Name));
    }
}
