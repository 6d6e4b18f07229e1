using System.Text.Json;

namespace Proxify.SystemTests.Admin;

/// <summary>What Prometheus is told.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Promtool_finds_nothing_wrong()
    {
        await using var lab = await AdminLab.CreateAsync();
        await lab.Lab.EchoesAsync(lab.Port);
        await lab.Proxify.WaitForSessionsAsync(1);

        var page = (await lab.AskAsync("/metrics")).Text;

        var result = await lab.Lab.RunAsync([Tool.Require("promtool", "prometheus"), "check", "metrics"], page);
        Assert.Equal(("", 0), (result.Errors, result.ExitCode));
        Assert.Contains("\nproxify_sessions_ended_total{app=\"app\",reason=\"done\"} 1\n", page);
        Assert.Contains("\nproxify_received_bytes_total{app=\"app\",side=\"client\"} 1000\n", page);
        Assert.Contains("\nproxify_first_byte_seconds_count{app=\"app\"} 1\n", page);
        Assert.Contains("\nproxify_session_size_bytes_bucket{app=\"app\",le=\"10000\"} 1\n", page);
    }

    [Fact]
    public async Task A_real_Prometheus_scrapes_it()
    {
        await using var lab = await AdminLab.CreateAsync();
        await lab.Lab.EchoesAsync(lab.Port);
        await lab.Proxify.WaitForSessionsAsync(1);
        var (port, config) = (lab.Lab.Port(), Path.Combine(lab.Lab.Directory, "prometheus.yml"));
        File.WriteAllText(config, $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
            - job_name: proxify
              static_configs: [{ targets: ["127.0.0.1:{{lab.Http}}"] }]
            """);
        lab.Lab.Start([
            Tool.Require("prometheus", "prometheus"), $"--config.file={config}", $"--storage.tsdb.path={Path.Combine(lab.Lab.Directory, "tsdb")}",
            $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]);

        await Patience.Eventually(async () => await QueryAsync("proxify_sessions_ended_total{reason=\"done\"}") == "1");
        Assert.Equal("1", await QueryAsync("up"));
        Assert.Equal("2", await QueryAsync("sum(proxify_target_up)"));

        async Task<string?> QueryAsync(string query)
        {
            var answer = await lab.Lab.RunAsync([
                Tool.Require("curl", "curl"), "-sS", "-G", "--data-urlencode", $"query={query}", $"http://127.0.0.1:{port}/api/v1/query"]);
            if (answer.ExitCode != 0 || !answer.Output.StartsWith('{'))
                return null;
            var result = JsonDocument.Parse(answer.Output).RootElement.GetProperty("data").GetProperty("result");
            return result.GetArrayLength() == 1 ? result[0].GetProperty("value")[1].GetString() : null;
        }
    }

    [Fact]
    public async Task The_runbook_says_what_each_metric_is_for()
    {
        await using var lab = await AdminLab.CreateAsync();
        var runbook = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/runbook.md"), TestContext.Current.CancellationToken);

        var names = (await lab.AskAsync("/metrics")).Text.Split('\n').Where(static line => line.StartsWith("# TYPE proxify_", StringComparison.Ordinal))
            .Select(static line => line.Split(' ')[2]).ToArray();

        Assert.InRange(names.Length, 20, 200);
        Assert.All(names, name => Assert.Contains($"`{name}`", runbook));
    }

    [Fact]
    public async Task A_page_grows_by_so_much_for_an_app_and_for_a_target_and_not_with_sessions()
    {
        const int Apps = 50, Targets = 500, MostOfApp = 6_500, MostOfTarget = 1_000;
        await using var lab = await Lab.CreateAsync();
        var socket = Path.Combine(lab.Directory, "admin.sock");
        var apps = Enumerable.Range(0, Apps).Select(i => new
        {
            Name = $"app-{i:0000}",
            Ports = new[] { lab.Port() },
            Targets = Enumerable.Range(1, Targets / Apps).Select(k => $"192.0.2.{k}:{10_000 + i}"),
            Health = new { Active = false },
        });
        var proxify = await lab.StartProxifyAsync(JsonSerializer.Serialize(new { Apps = apps, Admin = new { Socket = socket } }));
        await proxify.WaitForEventAsync("AdminListening");

        var (one, without, all) = (await LengthAsync("app=app-0000&targets=0"), await LengthAsync("targets=0"), await LengthAsync("targets=1000000"));

        Assert.InRange((without - one) / (Apps - 1), 1, MostOfApp);
        Assert.InRange((all - without) / Targets, 1, MostOfTarget);

        async Task<int> LengthAsync(string query) => (await lab.RunAsync([
            Tool.Require("curl", "curl"), "-sS", "--unix-socket", socket, $"http://localhost/metrics?{query}"])).Succeeded().Output.Length;
    }

    [Fact]
    public async Task Series_of_targets_are_bounded_and_one_app_can_be_asked_for()
    {
        await using var lab = await AdminLab.CreateAsync();

        var page = (await lab.AskAsync("/metrics?app=app&targets=1")).Text;

        Assert.Contains("\nproxify_targets_left_out 1\n", page);
        Assert.Single(page.Split('\n'), static line => line.StartsWith("proxify_target_up{", StringComparison.Ordinal));
        Assert.DoesNotContain("process_cpu_seconds_total", page);
    }
}
