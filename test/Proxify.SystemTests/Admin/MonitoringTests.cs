using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Proxify.SystemTests.Admin;

/// <summary>packaging/prometheus and packaging/grafana: what is asked, and what comes of it.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string Rules = Path.Combine(Repository.Root, "packaging/prometheus/proxify.rules.yml");

    /// <summary>Which a proxy has only after a reload, with steering, or with a config from etcd.</summary>
    private static readonly string[] Sometimes =
    [
        "proxify_config_last_reload_timestamp_seconds", "proxify_steering_lookups_total", "proxify_config_source_connected",
        "proxify_config_source_revision",
    ];

    private static string[] Boards => Directory.GetFiles(Path.Combine(Repository.Root, "packaging/grafana"), "*.json");

    [Fact]
    public async Task The_alert_rules_tell_what_they_are_for_and_nothing_else()
    {
        await using var lab = await Lab.CreateAsync();

        await PromtoolFileAsync(lab, "test", Path.ChangeExtension(Rules, ".test.yml"));
    }

    [Fact]
    public async Task Rules_and_boards_ask_for_metrics_that_there_are()
    {
        await using var lab = await AdminLab.CreateAsync();
        var page = (await lab.AskAsync("/metrics")).Text;
        var there = page.Split('\n').Where(static line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[2])
            .Concat(Sometimes).ToHashSet(StringComparer.Ordinal);

        foreach (var file in Boards.Append(Rules))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            var asked = MetricName().Matches(text).Select(static name => name.Value).Distinct().ToList();
            Assert.True(asked.Count > 5);
            Assert.All(asked, name => Assert.Contains(SuffixOfHistogram().Replace(name, ""), there));
        }
    }

    [Fact]
    public async Task What_boards_ask_is_PromQL()
    {
        await using var lab = await Lab.CreateAsync();
        var asked = Boards.SelectMany(static board => Panels(board)).SelectMany(static panel => panel["targets"]!.AsArray().Select(Expression)).Distinct();
        var rules = new { groups = new[] { new { name = "boards", rules = asked.Select(static expr => new { record = "asked", expr }) } } };

        await PromtoolAsync(lab, "check", rules);
    }

    [Fact]
    public async Task The_fleets_board_tells_which_machine_is_behind_and_where_they_disagree()
    {
        await using var lab = await Lab.CreateAsync();
        var panels = Panels(Boards.Single(static board => board.EndsWith("-fleet.json", StringComparison.Ordinal)));
        object Is(string title, params object[] samples) => new
        {
            eval_time = "5m",
            exp_samples = samples,
            expr = Expression(panels.Single(panel => (string)panel["title"]! == title && (string)panel["type"]! != "timeseries")["targets"]![0]),
        };
        object Series(string metric, int value) => new { series = metric, values = $"{value}x9" };

        await PromtoolAsync(lab, "test", new
        {
            tests = new[]
            {
                new
                {
                    interval = "1m",
                    input_series = new[]
                    {
                        Series("proxify_config_source_revision{job='proxify',instance='a'}", 30),
                        Series("proxify_config_source_revision{job='proxify',instance='b'}", 27),
                        Series("proxify_config_source_revision{job='proxify',instance='c'}", 35), // it has read all of it since
                        Series("proxify_config_hash{job='proxify',instance='a'}", 8),
                        Series("proxify_config_hash{job='proxify',instance='b'}", 7),
                        Series("proxify_config_hash{job='proxify',instance='c'}", 8),
                        Series("proxify_config_last_reload_successful{job='proxify',instance='a'}", 0),
                        Series("proxify_config_last_reload_successful{job='proxify',instance='b'}", 1),
                        Series("proxify_config_last_reload_successful{job='proxify',instance='c'}", 1),
                        Series("proxify_target_up{job='proxify',instance='a',app='web',endpoint='t1'}", 1),
                        Series("proxify_target_up{job='proxify',instance='b',app='web',endpoint='t1'}", 0),
                        Series("proxify_target_up{job='proxify',instance='a',app='web',endpoint='t2'}", 0),
                        Series("proxify_target_up{job='proxify',instance='b',app='web',endpoint='t2'}", 0),
                        Series("up{job='proxify',instance='a'}", 1),
                        Series("up{job='proxify',instance='d'}", 0),
                    },
                    promql_expr_test = new[]
                    {
                        Is("Revision of machines without the newest config",
                            new { labels = "proxify_config_source_revision{job='proxify',instance='b'}", value = 27 }),
                        Is("Machines without the newest config", new { labels = "{}", value = 2 }),
                        Is("Machines that do not answer", new { labels = "{}", value = 1 }),
                        Is("Targets that some machines hold to be down, and others do not", new { labels = "{app='web',endpoint='t1'}", value = 1 }),
                    },
                },
            },
        });
    }

    private static async Task PromtoolAsync(Lab lab, string verb, object document)
    {
        var file = Path.Combine(lab.Directory, "rules.yml"); // YAML has JSON in it
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(document), TestContext.Current.CancellationToken);
        await PromtoolFileAsync(lab, verb, file);
    }

    private static async Task PromtoolFileAsync(Lab lab, string verb, string file)
    {
        var result = await lab.RunAsync([Tool.Require("promtool", "prometheus"), verb, "rules", file]);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
    }

    private static JsonNode[] Panels(string board) => [.. JsonNode.Parse(File.ReadAllText(board))!["panels"]!.AsArray().Select(static panel => panel!)];

    /// <summary>With values for what Grafana fills in.</summary>
    private static string Expression(JsonNode? target) =>
        ((string)target!["expr"]!).Replace("$__rate_interval", "5m").Replace("$instance", ".*").Replace("$job", ".*").Replace("$app", ".*");

    [GeneratedRegex(@"\b(proxify|process)_[a-z_]+\b(?=[{\[ )(]|"")", RegexOptions.None, 1000)]
    private static partial Regex MetricName();

    [GeneratedRegex("_(bucket|count|sum)$", RegexOptions.None, 1000)]
    private static partial Regex SuffixOfHistogram();
}
