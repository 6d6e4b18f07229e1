using Proxify.Configuration;
using Proxify.Health;
using Proxify.Runtime;

namespace Proxify.Tests.Configuration;

/// <summary>The section <c>Health</c>: how it is read, and what holds where it says nothing.</summary>
public sealed class HealthConfigTests
{
    [Fact]
    public void Without_the_section_targets_are_checked_by_connects_and_ejected_by_failures()
    {
        var settings = Of(ConfigText.Minimal);

        Assert.True(settings.Check!.IsConnectOnly);
        Assert.Equal((TimeSpan.FromSeconds(5), 2, 3), (settings.Interval, settings.Rise, settings.Fall));
        Assert.Equal((3, 0.0), (settings.EjectAfter, settings.FailureRate));
        Assert.Null(settings.FirstByte);
        Assert.Null(settings.EarlyClose);
        Assert.Null(settings.ResetOnDown);
        Assert.Null(settings.ResetOnRemove);
    }

    [Fact]
    public void An_app_sets_its_own_and_takes_the_rest_from_the_file()
    {
        var settings = Of(ConfigText.App(
            root: """
                "Health": { "Interval": "7s", "Rise": 9, "FirstByte": "3s", "EarlyClose": "1s" },
                """,
            more: """
                , "Health": { "Rise": 4, "FirstByte": "off" }
                """));

        Assert.Equal(TimeSpan.FromSeconds(7), settings.Interval);
        Assert.Equal(4, settings.Rise);
        Assert.Equal(TimeSpan.FromSeconds(1), settings.EarlyClose);
        Assert.Null(settings.FirstByte);
    }

    [Fact]
    public void Active_false_turns_checks_off() => Assert.Null(Of(ConfigText.App(root: "\"Health\": { \"Active\": false },")).Check);

    [Fact]
    public void Bytes_are_text_or_hex()
    {
        var check = Of(ConfigText.App(root: """
            "Health": { "Send": "PING\r\n", "Expect": "hex:2b504f4E47" },
            """)).Check!;

        Assert.Equal("PING\r\n"u8.ToArray(), check.Send.ToArray());
        Assert.Equal("+PONG"u8.ToArray(), check.Expect.ToArray());
        Assert.True(check.NeedsAnswer);
    }

    [Theory]
    [InlineData("keep", null)]
    [InlineData("drain", 7.0)]
    [InlineData("reset", 0.0)]
    public void OnDown_and_OnRemove_say_what_becomes_of_sessions(string fate, double? seconds)
    {
        var settings = Of(ConfigText.App(root: $$"""
            "Health": { "OnDown": "{{fate}}", "OnRemove": "{{fate}}", "DownDrain": "7s" },
            """));

        Assert.Equal(seconds, settings.ResetOnDown?.TotalSeconds);
        Assert.Equal(seconds, settings.ResetOnRemove?.TotalSeconds);
    }

    [Theory]
    [InlineData("\"Interval\": \"99ms\"", "Health.Interval: expected 100ms to 1d, found 99ms")]
    [InlineData("\"Timeout\": \"off\"", "Health.Timeout: expected 1ms to 10m, found off")]
    [InlineData("\"EarlyClose\": \"49ms\"", "Health.EarlyClose: expected 50ms to 1d or \"off\", found 49ms")]
    [InlineData("\"FirstByte\": \"49ms\"", "Health.FirstByte: expected 50ms to 1d or \"off\", found 49ms")]
    [InlineData("\"Rise\": 0", "Health.Rise: expected a whole number 1-1000, found 0")]
    [InlineData("\"Fall\": 1.5", "Health.Fall: expected a whole number 1-1000, found 1.5")]
    [InlineData("\"EjectAfter\": -1", "Health.EjectAfter: expected a whole number 0-1000, found -1")]
    [InlineData("\"FailureRate\": 2", "Health.FailureRate: expected a number 0-1, found 2")]
    [InlineData("\"PanicBelow\": \"0\"", "Health.PanicBelow: expected a number 0-1, found \"0\"")]
    [InlineData("\"Type\": \"http\"", "Health.Type: expected \"tcp\" or \"tls\", found \"http\"")]
    [InlineData("\"OnDown\": \"kill\"", "Health.OnDown: expected \"keep\", \"drain\" or \"reset\", found \"kill\"")]
    [InlineData("\"Send\": \"hex:0\"", "Health.Send: expected a text, or bytes in hex such as \"hex:0d0a\", found \"hex:0\"")]
    [InlineData("\"Port\": 0", "Health.Port: port 0 is out of range; expected 1-65535")]
    [InlineData("\"Address\": \"db.internal\"", "Health.Address: expected an IP address such as \"10.0.0.1\" or \"fd00::1\", found \"db.internal\"")]
    [InlineData("\"EjectFor\": \"10m\"", "Health.EjectFor: the longest ejection, 5m, is shorter than the first, 10m")]
    [InlineData("\"EjectMax\": \"1s\"", "Health.EjectMax: the longest ejection, 1s, is shorter than the first, 10s")]
    public void What_is_wrong_is_told_with_its_place(string health, string error) =>
        Assert.EndsWith(error, Assert.Single(ConfigText.Errors(ConfigText.App(root: $"\"Health\": {{ {health} }},"))), StringComparison.Ordinal);

    /// <summary>The app sets one of the two, the file the other: neither is wrong by itself.</summary>
    [Theory]
    [InlineData("\"EjectFor\": \"2m\"", "\"EjectMax\": \"1m\"", "EjectMax: the longest ejection, 1m, is shorter than the first, 2m")]
    [InlineData("\"EjectMax\": \"1m\"", "\"EjectFor\": \"2m\"", "EjectFor: the longest ejection, 1m, is shorter than the first, 2m")]
    [InlineData("\"EjectFor\": \"1s\"", "\"EjectMax\": \"2s\"", null)]
    public void An_apps_ejections_are_compared_with_the_files(string file, string app, string? error) => Assert.Equal(
        error is null ? [] : [$"Apps[0].Health.{error}"],
        ConfigText.Read(ConfigText.App(root: $"\"Health\": {{ {file} }},", more: $", \"Health\": {{ {app} }}")).Errors.Select(e => $"{e.Path}: {e.Message}"));

    private static HealthSettings Of(string json) => ModelBuilder.Build(ConfigText.ReadValid(json), previous: null).Apps[0].Health;
}
