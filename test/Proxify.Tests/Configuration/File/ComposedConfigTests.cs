using System.Text;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>A config in parts is one text, whose errors are told where they stand in their part.</summary>
public sealed class ComposedConfigTests
{
    private const string Web = """{ "Name": "web", "Ports": [7001], "Targets": ["127.0.0.1:9001"] }""";
    private const string Mail = """{ "Name": "mail", "Ports": [7002], "Targets": ["127.0.0.1:9002"] }""";

    [Theory]
    [InlineData("{}")]
    [InlineData("{ }\n\n")]
    [InlineData("{\n  // a comment\n  \"Limits\": { \"Sessions\": 7 },\n}")]
    [InlineData("\uFEFF{ \"Limits\": { \"Sessions\": 7 } } // an end")]
    public void Apps_come_into_a_document_without_any(string document)
    {
        var result = Read(document, Web, $"{Mail} // the end");

        Assert.Equal(["web", "mail"], result.ConfigOrThrow().Apps.Select(app => app.Name));
    }

    [Theory]
    [InlineData("{ \"Apps\": [] }")]
    [InlineData("{ \"Apps\": [ ], }")]
    public void Apps_come_into_an_array_that_is_empty(string document) =>
        Assert.Equal(["web", "mail"], Read(document, Web, Mail).ConfigOrThrow().Apps.Select(app => app.Name));

    [Theory]
    [InlineData("{ \"Apps\": [#] }")]
    [InlineData("{\n  \"Apps\": [\n    #,\n  ],\n  \"Limits\": { \"Sessions\": 7 } }")]
    public void Apps_of_the_document_stay(string document)
    {
        var own = """{ "Name": "own", "Ports": [7003], "Targets": ["127.0.0.1:9003"] }""";

        Assert.Equal(["web", "own"], Read(document.Replace("#", own, StringComparison.Ordinal), Web).ConfigOrThrow().Apps.Select(app => app.Name));
    }

    [Fact]
    public void The_whole_text_is_a_config_file_by_itself()
    {
        var config = Read("{\n \"Limits\": { \"Sessions\": 7 } }", Web, Mail).ConfigOrThrow();
        var again = ConfigReader.Read(config.Content).ConfigOrThrow();

        Assert.Equal(7, again.Limits.Sessions);
        Assert.Equal(["web", "mail"], again.Apps.Select(app => app.Name));
    }

    [Theory]
    [InlineData("{\n  \"Limts\": {} }", Web, "/p/config:2:3: unknown key \"Limts\"")]
    [InlineData("{ \"Limits\": { \"Sessions\": 0 } }", Web, "/p/config:1:27: Limits.Sessions: ")]
    [InlineData("{ \"Apps\": [], \"Limits\": { \"Sessions\": 0 } }", Web, "/p/config:1:39: Limits.Sessions: ")]
    [InlineData("{ \"Apps\": [\n  5] }", Web, "/p/config:2:3: Apps[1]: expected an app")]
    [InlineData("{}", "{\n  \"Name\": \"web\",\n  \"Ports\": [70010], \"Targets\": [\"127.0.0.1:9001\"] }", "/p/apps/0:3:13: Apps[0].Ports[0]: ")]
    [InlineData("{}", "{ \"Name\": \"web\", \"Ports\": [7001] }", "/p/apps/0:1:1: Apps[0].Targets: is missing")]
    [InlineData("[]", Web, "/p/config:1:1: expected an object, found an array")]
    [InlineData("{}", "{ } }", "/p/apps/0:1:5: ")]
    [InlineData("{}", "5", "/p/apps/0:1:1: expected an object, found 5")]
    [InlineData("{}", "{ /* }", "/p/apps/0:1:3: ")]
    [InlineData("{}", "", "/p/apps/0:1:1: ")]
    public void Errors_are_where_they_stand_in_their_part(string document, string app, string expected)
    {
        var error = Read(document, app).Errors[0];

        Assert.StartsWith(expected, error.ToString("/p/"), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_about_two_parts_name_both()
    {
        var twice = Web.Replace("web", "twice", StringComparison.Ordinal);

        Assert.Equal(
            "/p/apps/1:1:30: Apps[1].Ports[0]: port 7001 is already used by Apps[0].Ports[0] (Apps[0] is /p/apps/0)",
            Assert.Single(Read("{}", Web, twice).Errors).ToString("/p/"));
    }

    [Fact]
    public void Errors_that_are_found_later_are_placed_as_well()
    {
        var result = Read("{}", Web, $"\n\n{Mail}");

        var located = result.Locate([new ConfigError("Apps[1].Ports[0]", "cannot be")]);

        Assert.Equal("/p/apps/1:3:29: Apps[1].Ports[0]: cannot be", Assert.Single(located).ToString("/p/"));
        Assert.Equal(located, result.Locate(located));
    }

    [Fact]
    public void All_broken_parts_are_told_at_once()
    {
        var result = Read("{", "}", Web, "{ 5 }");

        Assert.Equal(["/p/config", "/p/apps/0", "/p/apps/2"], result.Errors.Select(error => error.Source));
    }

    private static ConfigResult Read(string document, params string[] apps) => ComposedConfig.Read(
        new ConfigPart("/p/config", Encoding.UTF8.GetBytes(document)),
        [.. apps.Select((app, i) => new ConfigPart($"/p/apps/{i}", Encoding.UTF8.GetBytes(app)))]);
}
