using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Proxify.Hosting;
using Proxify.Program.Logging;

namespace Proxify.Program.Otlp;

/// <summary>
/// Metrics, events and spans of sessions to a collector, by OpenTelemetry's SDK: its threads send, and what they cannot send in time is dropped.
/// </summary>
/// <param name="services">Of a host that was built with <see cref="AddTo"/>.</param>
internal sealed class OtlpExport(IServiceProvider services) : IAsyncDisposable
{
    /// <summary>
    /// Of each metric. The SDK's own 2,000 are less than a large config has; room for all of them is made at once, and looked through by collections.
    /// </summary>
    private const int MostSeries = 20_000;

    /// <summary>How long the end of the program waits for a collector to take what is queued.</summary>
    private const int LongestFlushMilliseconds = 5000;

    private readonly OtlpProblems _problems = new(services.GetRequiredService<ILoggerFactory>().CreateLogger("Proxify"));

    public static void AddTo(HostApplicationBuilder builder, OtlpSettings settings)
    {
        builder.Configuration.AddEnvironmentVariables(); // where the SDK looks for what OTEL_... says
        builder.Services.Configure<OpenTelemetryLoggerOptions>(static logs => logs.IncludeFormattedMessage = true);
        builder.Services.AddOptions<LoggerFilterOptions>().Configure<LogLevelSwitch>((filters, levels) =>
            filters.AddFilter<OpenTelemetryLoggerProvider>((category, level) => settings.Logs && category == "Proxify" && level >= levels.Level));
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.Clear()
                .AddService("proxify", serviceVersion: ProgramVersion.Text).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .UseOtlpExporter() // of all signals: those that are not wanted have no sources
            .WithLogging(static logs => logs.AddProcessor(new EventAttributes()))
            .WithMetrics(metrics => AddSources(metrics, settings))
            .WithTracing(traces => traces.AddSource(settings.Traces ? [SessionSpans.SourceName] : []));
    }

    /// <summary>Sends what is queued, if the collector takes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(
            Task.Run(() => services.GetRequiredService<LoggerProvider>().Shutdown(LongestFlushMilliseconds)),
            Task.Run(() => services.GetRequiredService<MeterProvider>().Shutdown(LongestFlushMilliseconds)),
            Task.Run(() => services.GetRequiredService<TracerProvider>().Shutdown(LongestFlushMilliseconds)));
        _problems.Dispose();
    }

    private static void AddSources(MeterProviderBuilder metrics, OtlpSettings settings)
    {
        if (settings.Metrics)
            metrics.AddMeter(ProxyMetrics.MeterName, "System.Runtime").AddView(static _ => new MetricStreamConfiguration { CardinalityLimit = MostSeries });
    }
}
