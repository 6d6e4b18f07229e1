using System.Text.RegularExpressions;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>docs/configuration.md has every key, and its examples are true.</summary>
public sealed partial class ConfigDocumentationTests
{
    private static readonly string Text = File.ReadAllText(Repository.File("docs/configuration.md"));

    [Fact]
    public void Documentation_has_the_options_as_they_are_declared()
    {
        Assert.Equal(Declared.Sections.Select(section => section.Name).Except(["AppLimits"]).Order(StringComparer.Ordinal),
            ReferenceTables.NamesIn(Text).Order(StringComparer.Ordinal));
        Written.Is("docs/configuration.md", ReferenceTables.In(Text));
    }

    [Fact]
    public void Documentation_examples_are_valid()
    {
        var examples = Json().Matches(Text).Select(match => match.Groups[1].Value.Trim()).ToList();

        Assert.Equal(9, examples.Count);
        ConfigText.ReadValid(examples[0]);
        ConfigText.ReadValid($$"""{"Apps":[{{examples[1]}}]}""");
        ConfigText.ReadValid($$"""{"Apps":[{"Name":"a","Ports":[1],{{examples[2]}}}]}""");
        ConfigText.ReadValid($$"""{"Apps":[{{examples[3]}}]}""");
        ConfigText.ReadValid(ConfigText.App(root: examples[4] + ","));
        ConfigText.ReadValid(ConfigText.App(root: examples[5] + ","));
        ConfigText.ReadValid(ConfigText.App(more: "," + examples[6]));
        ConfigText.ReadValid(ConfigText.App(root: examples[7] + ","));
        ConfigText.ReadValid(ConfigText.App(root: examples[8] + ","));
    }

    [Theory]
    [InlineData("docs/migration.md", 3)]
    [InlineData("packaging/kubernetes/proxify.yaml", 1)]
    [InlineData("packaging/kubernetes/steering.yaml", 1)]
    public void Whole_configs_of_other_pages_are_valid(string page, int count)
    {
        var text = File.ReadAllText(Repository.File(page));
        var configs = (page.EndsWith(".md", StringComparison.Ordinal) ? Json() : ConfigMap()).Matches(text).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(count, configs.Count);
        Assert.All(configs, config => ConfigText.ReadValid(config));
    }

    [Fact]
    public void Documentation_errors_are_what_the_reader_says()
    {
        var wrong = Json().Match(Text).Groups[1].Value.Trim().Replace("5001", "70000", StringComparison.Ordinal)
            .Replace("\"Targets\"", "\"Target\"", StringComparison.Ordinal);

        Assert.All(ConfigText.Read(wrong).Errors, error => Assert.Contains($"\n{error.ToString("config.json")}\n", Text, StringComparison.Ordinal));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex Json();

    [GeneratedRegex("  config.json: \\|\n((?:    .*\n)*)", RegexOptions.None, 1000)]
    private static partial Regex ConfigMap();
}
