using System.Text.RegularExpressions;

namespace Proxify.SystemTests;

/// <summary>docs/migration.md translates configs that their own programs take. (That proxify takes its own is ConfigDocumentationTests'.)</summary>
public sealed partial class MigrationTests
{
    [Fact]
    public async Task Haproxy_takes_the_config_that_is_translated()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/migration.md"), TestContext.Current.CancellationToken);
        var config = Config().Match(page).Groups[1].Value;
        Assert.NotEmpty(config);

        var result = await RunningProcess.RunAsync([Tool.Require("haproxy", "haproxy"), "-c", "-f", "/dev/stdin"], config);

        Assert.Equal((0, "Configuration file is valid"), (result.ExitCode, result.Output));
    }

    [GeneratedRegex("```haproxy\n(.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex Config();
}
