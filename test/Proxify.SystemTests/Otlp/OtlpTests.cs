namespace Proxify.SystemTests.Otlp;

/// <summary>What a collector gets, and that the proxy needs none.</summary>
public sealed class OtlpTests
{
    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_collector_gets_metrics_and_events_and_a_span_of_each_session(string protocol)
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy, collector) = await StartAsync(lab, new()
        {
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=secret",
            ["OTEL_SERVICE_NAME"] = "edge",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test",
        }, isGrpc: protocol == "grpc");

        await lab.EchoesAsync(port);

        var session = await proxy.WaitForEventAsync("Session");
        var span = await collector.WaitForAsync("trace", "spans", static _ => true);
        var resource = await collector.WaitForAsync("trace", "resource", static _ => true);
        var metric = await collector.WaitForAsync("metrics", "metrics", static m => m.Field("name") == "proxify.sessions" && m.Field("as_int") == "1");
        await collector.WaitForAsync("metrics", "metrics", static m => m.Field("name") == "proxify.connect.duration" && m.Field("count") == "1");
        await collector.WaitForAsync("metrics", "metrics", static m => m.Field("name") == "dotnet.gc.collections");
        var started = await collector.WaitForAsync("logs", "log_records", static r => r.Field("event_name") == "Started");

        Assert.Equal("session", span.Field("name"));
        Assert.Equal(["app", session.Text("client")!.Split(':')[1], "done", "1000", "1000", session.Text("target")!],
            new[] { "proxify.app", "client.port", "proxify.reason", "proxify.client.io", "proxify.target.io", "proxify.endpoint" }
                .Select(name => span.Attributes[name]));
        Assert.Equal(["edge", "test"], new[] { "service.name", "deployment.environment.name" }.Select(name => resource.Attributes[name]));
        Assert.Matches("\"proxify.app\"[^\"]*\"app\"[^\"]*\"proxify.reason\"[^\"]*\"done\"", metric.Text);
        Assert.StartsWith("Started: listening on 1 endpoint", started.Text.Split("string_value: \"")[1], StringComparison.Ordinal);
        Assert.Contains("proxify.transport", started.Attributes.Keys);
        Assert.All(collector.Requests, static request => Assert.Equal("secret", request[3]));
    }

    [Fact]
    public async Task A_collector_that_hangs_or_is_gone_costs_what_was_for_it_and_nothing_else()
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy, collector) = await StartAsync(lab, new()
        {
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "500",
            ["OTEL_BSP_MAX_QUEUE_SIZE"] = "8",
            ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "8",
        });
        await lab.EchoesAsync(port);
        await collector.WaitForAsync("trace", "spans", static _ => true);

        collector.Process.Signal(Posix.SigStop);
        for (var i = 0; i < 50; i++)
            await lab.EchoesAsync(port);
        Assert.Equal("warn", (await proxy.WaitForEventAsync("OtlpProblem")).Level);
        collector.Process.Signal(Posix.SigCont);
        // One that ends while the queue is still full is dropped: one of those that come now gets through.
        var clients = new HashSet<string>();
        await Patience.Eventually(async () =>
        {
            using var late = await lab.ConnectAsync(port);
            clients.Add($"{late.Local.Port}");
            late.Fin();
            await late.ExpectFinAsync();
            return (await collector.ItemsAsync("trace", "spans")).Exists(span => clients.Contains(span.Attributes["client.port"]));
        });

        collector.Process.Signal(Posix.SigKill);
        await collector.Process.ExitAsync();
        await lab.EchoesAsync(port);
        proxy.Signal(Posix.SigTerm);
        Assert.Equal(0, await proxy.ExitAsync());
    }

    [Fact]
    public async Task The_end_sends_what_is_queued_and_waits_for_no_collector_that_hangs()
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy, collector) = await StartAsync(lab, new() { ["OTEL_BSP_SCHEDULE_DELAY"] = "3600000", ["OTEL_BLRP_SCHEDULE_DELAY"] = "3600000" });
        await lab.EchoesAsync(port);
        await proxy.WaitForEventAsync("Session");
        proxy.Signal(Posix.SigTerm);
        Assert.Equal(0, await proxy.ExitAsync());

        // The collector has told of them before the proxy has ended; what it says may still be on its way to us.
        await collector.WaitForAsync("trace", "spans", static _ => true);
        await collector.WaitForAsync("logs", "log_records", static record => record.Field("event_name") == "Stopped");
        Assert.Single(await collector.ItemsAsync("trace", "spans"));

        var (other, hanging) = (lab.Port(), await OtlpCollector.StartAsync(lab));
        hanging.Process.Signal(Posix.SigStop);
        var next = await lab.StartProxifyAsync(Config.Single(other, lab.Port()), new() { Environment = Environment(hanging.Port, []) });
        next.Signal(Posix.SigTerm);
        Assert.Equal(0, await next.ExitAsync());
    }

    [Fact]
    public async Task A_signal_that_is_turned_off_is_not_sent()
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy, collector) = await StartAsync(lab, new() { ["OTEL_TRACES_SAMPLER"] = "always_off", ["OTEL_LOGS_EXPORTER"] = "none" });
        await lab.EchoesAsync(port);
        await proxy.WaitForEventAsync("Session");

        proxy.Signal(Posix.SigTerm);

        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Equal(["metrics"], collector.Requests.Select(static request => request[0]).Distinct());
    }

    [Theory]
    [InlineData("OTEL_SERVICE_NAME", "edge")]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    public async Task Without_an_endpoint_or_disabled_nothing_of_it_runs(string name, string value)
    {
        await using var lab = await Lab.CreateAsync();
        var endpoint = name == "OTEL_SDK_DISABLED" ? "http://127.0.0.1:1" : "";
        var proxy = await lab.StartProxifyAsync(Config.Single(lab.Port(), lab.Port()),
            new() { Environment = new Dictionary<string, string> { [name] = value, ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint } });

        Assert.DoesNotContain(ThreadsOf(proxy), static thread => thread.StartsWith("OpenTelemetry", StringComparison.Ordinal));
        proxy.Signal(Posix.SigTerm);
        Assert.Equal(0, await proxy.ExitAsync());
    }

    [Fact]
    public async Task Variables_that_say_what_cannot_be_are_told_at_the_start()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = lab.LaunchProxify(Config.Single(lab.Port(), lab.Port()), new()
        {
            Environment = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "127.0.0.1:4317",
                ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/json",
                ["OTEL_METRICS_EXPORTER"] = "prometheus",
            },
        });

        Assert.Equal(1, await proxy.ExitAsync());
        Assert.Equal(
            ["proxify: OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL such as http://127.0.0.1:4317, found \"127.0.0.1:4317\"",
                "proxify: OTEL_METRICS_EXPORTER: expected otlp or none, found \"prometheus\"",
                "proxify: OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: expected grpc or http/protobuf, found \"http/json\""],
            proxy.Problems);
    }

    private static IEnumerable<string> ThreadsOf(ProxifyProcess proxy) =>
        Directory.EnumerateDirectories($"/proc/{proxy.Process.Pid}/task").Select(static thread => File.ReadAllText(Path.Combine(thread, "comm")));

    private static async Task<(int Port, ProxifyProcess Proxy, OtlpCollector Collector)> StartAsync(
        Lab lab, Dictionary<string, string> environment, bool isGrpc = false)
    {
        var (echo, port, collector) = (await lab.StartEchoAsync(), lab.Port(), await OtlpCollector.StartAsync(lab));
        var endpoint = collector.Port;
        if (isGrpc)
        {
            endpoint = lab.Port();
            await Nginx.StartAsync(lab, endpoint,
                $$"""server { listen 127.0.0.1:{{endpoint}} http2; location / { proxy_pass http://127.0.0.1:{{collector.Port}}; } }""");
        }

        var proxy = await lab.StartProxifyAsync(Config.Single(port, echo[0]), new() { Environment = Environment(endpoint, environment) });
        return (port, proxy, collector);
    }

    private static Dictionary<string, string> Environment(int port, Dictionary<string, string> more) => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
    }.Concat(more).GroupBy(static pair => pair.Key).ToDictionary(static same => same.Key, static same => same.Last().Value);
}
