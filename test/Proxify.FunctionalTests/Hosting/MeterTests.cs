using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Transport.Sockets;
using static Proxify.FunctionalTests.Hosting.EmbeddedProxy;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>What the meter of a proxy says.</summary>
[Collection("servers with meters of their own")]
public sealed class MeterTests
{
    [Fact]
    public async Task Meter_counts_a_live_sessions_bytes_and_an_ended_ones_reason()
    {
        using var target = PeerListener.Start();
        var config = Config(FreePort(), target.Port);
        using var host = Build(options => options.Config = config);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var measured = new Dictionary<string, double>();
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Proxify" && instrument.Meter.Scope == host.Services.GetRequiredService<IMeterFactory>())
                listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((i, value, tags, _) => Add(i, value, tags));
        meters.SetMeasurementEventCallback<int>((i, value, tags, _) => Add(i, value, tags));
        meters.SetMeasurementEventCallback<double>((i, value, tags, _) => Add(i, value, tags));
        meters.Start();

        using (var client = await Peer.ConnectAsync(Endpoint(config)))
        using (var peer = await target.AcceptAsync())
        {
            await client.SendAsync(1000);
            await peer.ReceiveAsync(1000);
            Collect();
            Assert.Equal(1, measured["proxify.sessions.active a"]);
            Assert.Equal(1000, measured["proxify.io a client"]);
            Assert.Equal(0, measured["proxify.sessions a done"]);

            client.Fin();
            await peer.ExpectFinAsync();
            peer.Fin();
            await client.ExpectFinAsync();
        }

        await Patience.Eventually(() =>
        {
            Collect();
            return measured["proxify.sessions a done"] == 1;
        });
        Assert.Equal(0, measured["proxify.sessions.active a"]);
        Assert.Equal(1000, measured["proxify.io a client"]);
        Assert.Equal(1, measured[$"proxify.target.up a 127.0.0.1:{target.Port} 127.0.0.1:{target.Port}"]);
        Assert.True(measured["proxify.connect.duration a"] > 0);

        void Collect() => meters.RecordObservableInstruments();

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var name = instrument.Name;
            foreach (var tag in tags)
                name += $" {tag.Value}";
            lock (measured)
                measured[name] = value;
        }
    }

    [Fact]
    public async Task Meter_advises_buckets_that_tell_connects_below_a_second_apart()
    {
        using var host = Build(options => options.Config = Config(FreePort(), 1));
        using var meters = new MeterListener();
        IReadOnlyList<double>? buckets = null;
        meters.InstrumentPublished = (instrument, _) =>
        {
            if (instrument is Histogram<double> { Name: "proxify.connect.duration", Unit: "s" } histogram)
                buckets = histogram.Advice?.HistogramBucketBoundaries;
        };
        meters.Start();

        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(buckets);
        Assert.Equal(buckets.Order(), buckets);
        Assert.InRange(buckets[0], 0.0001, 0.001);
        Assert.True(buckets.Count(static bucket => bucket < 1) >= 8);
        // Longer than the default Timeouts.Connect, with room for failed tries.
        Assert.InRange(buckets[^1], 2 * TimeoutsOptions.Connect.Value.TotalSeconds, 60);
    }
}
