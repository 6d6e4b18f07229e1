using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Program.Otlp;

/// <summary>
/// Logs what the SDK tells of its problems, which it does by events of its own: a collector that does not answer, a variable that says what cannot be.
/// </summary>
internal sealed partial class OtlpProblems : EventListener
{
    /// <summary>Of the SDK: that it does not collect a meter that nobody has asked for, such as those of .NET.</summary>
    private const int InstrumentIgnored = 33;

    private static readonly TimeSpan OnePer = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger;

    /// <summary>By source and number: one kind does not keep the others from being told.</summary>
    private readonly ConcurrentDictionary<(string Source, int Id), LogThrottle> _throttles = new();

    public OtlpProblems(ILogger logger)
    {
        _logger = logger;
        foreach (var source in EventSource.GetSources())
            Enable(source); // those that the base constructor has found, before there was a logger
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (_logger is not null)
            Enable(eventSource);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId == InstrumentIgnored)
            return;
        var throttle = _throttles.GetOrAdd((eventData.EventSource.Name, eventData.EventId), static _ => new LogThrottle());
        if (!throttle.TryPass(TimeProvider.System, OnePer, out var suppressed))
            return;
        object?[] values = [.. eventData.Payload?.Select(static value => FirstLine($"{value}")) ?? []];
        OtlpProblem(_logger, string.Format(CultureInfo.InvariantCulture, eventData.Message ?? "", values).TrimEnd('.'), suppressed);
    }

    private void Enable(EventSource source)
    {
        if (source.Name.StartsWith("OpenTelemetry-", StringComparison.Ordinal))
            EnableEvents(source, EventLevel.Warning);
    }

    /// <summary>Of an exception: without where it came from.</summary>
    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] : text;

    [LoggerMessage(1607, LogLevel.Warning, "OpenTelemetry: {Problem}.{Suppressed}", EventName = "OtlpProblem")]
    private static partial void OtlpProblem(ILogger logger, string problem, Count suppressed);
}
