using System.Diagnostics;

namespace Proxify.FailuresBench;

/// <summary>One scenario with one proxy in front of three targets.</summary>
static class Run
{
    static readonly TimeSpan Before = TimeSpan.FromSeconds(3);
    static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(25);

    /// <returns>
    /// Sessions, failed ones, the longest delay of a client, and how long after the end of the failure the target served again; null: not in time.
    /// </returns>
    public static async Task<(int Sessions, int Failed, TimeSpan Longest, TimeSpan? Recovery)> MeasureAsync(Scenario scenario, bool isProxify, string binary,
        CancellationToken cancellation)
    {
        using var workspace = new Workspace();
        var targets = Enumerable.Range(0, 3).Select(i => new Target(i, Ports.Next())).ToArray();
        var port = Ports.Next();
        try
        {
            foreach (var target in targets)
                await target.StartAsync(cancellation);
            await using var proxy = isProxify ? Proxify(scenario, port, targets, binary, workspace) : Haproxy(scenario, port, targets, workspace);
            await Ports.WaitForListenerAsync(port, proxy, cancellation);

            var load = new Load(port);
            using var stop = new CancellationTokenSource();
            var running = load.RunAsync(stop.Token);
            await Task.Delay(Before, cancellation);

            using var mended = new CancellationTokenSource();
            var breaking = scenario.BreakAsync(targets[1], mended.Token);
            await Task.Delay(scenario.Lasts, cancellation);
            await mended.CancelAsync();
            await breaking;
            await scenario.MendAsync(targets[1]);

            var mendedAt = Stopwatch.GetTimestamp();
            var answer = load.NextAnswerAsync(targets[1].Number);
            await Task.WhenAny(answer, Task.Delay(LongestRecovery, cancellation));
            TimeSpan? recovery = answer.IsCompleted ? Stopwatch.GetElapsedTime(mendedAt, await answer) : null;
            await stop.CancelAsync();
            await running;
            return (load.Attempts, load.Failures, load.Longest, recovery);
        }
        finally
        {
            foreach (var target in targets)
                await target.DisposeAsync();
        }
    }

    static ProcessHandle Proxify(Scenario scenario, int port, Target[] targets, string binary, Workspace workspace)
    {
        var addresses = string.Join(", ", targets.Select(t => $"\"127.0.0.1:{t.Port}\""));
        var config = workspace.Write("config.json", $$"""
            {
              "Apps": [ { "Name": "bench", "Ports": [{{port}}], "Targets": [{{addresses}}], "Health": {{scenario.Health}} } ],
              "AccessLog": { "Sample": 0 }
            }
            """);
        return ProcessHandle.Start(binary, "--log-level", "warn", "-c", config);
    }

    static ProcessHandle Haproxy(Scenario scenario, int port, Target[] targets, Workspace workspace)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "haproxy.cfg")).Replace("${LISTEN}", $"{port}").Replace("${CHECK}", scenario.Check);
        foreach (var target in targets)
            text = text.Replace($"${{T{target.Number}}}", $"{target.Port}");
        return ProcessHandle.Start("haproxy", "-db", "-f", workspace.Write("haproxy.cfg", text));
    }
}
