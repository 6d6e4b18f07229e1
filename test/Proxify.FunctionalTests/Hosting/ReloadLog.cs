using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>What a host's proxy counts of its reloads.</summary>
internal sealed class ReloadLog : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly List<object?> _results = [];

    public ReloadLog(IHost host)
    {
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "proxify.config.reloads" && instrument.Meter.Scope == factory)
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (_results)
                _results.Add(tags[0].Value);
        });
        _meters.Start();
    }

    /// <summary><c>applied</c> or <c>rejected</c>, one for each reload.</summary>
    public IReadOnlyList<object?> Results
    {
        get
        {
            lock (_results)
                return [.. _results];
        }
    }

    public void Dispose() => _meters.Dispose();
}
