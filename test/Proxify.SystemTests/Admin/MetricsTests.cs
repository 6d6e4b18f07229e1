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
    public async Task Series_of_targets_are_bounded_and_one_app_can_be_asked_for()
    {
        await using var lab = await AdminLab.CreateAsync();

        var page = (await lab.AskAsync("/metrics?app=app&targets=1")).Text;

        Assert.Contains("\nproxify_targets_left_out 1\n", page);
        Assert.Single(page.Split('\n'), static line => line.StartsWith("proxify_target_up{", StringComparison.Ordinal));
        Assert.DoesNotContain("process_cpu_seconds_total", page);
    }
}
