using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.FunctionalTests.Tls;
using Proxify.Hosting;
using Proxify.Telemetry;
using Proxify.Transport;
using Proxify.Transport.Uring;

namespace Proxify.FunctionalTests.Endings;

/// <summary>A whole proxy in this process with an app for each lane, whose session records and errors are kept.</summary>
internal sealed class EndingsProxy : ILoggerFactory, ILogger, IAsyncDisposable
{
    private static readonly TimeSpan Off = Timeout.InfiniteTimeSpan;

    private readonly ITransport _transport;
    private readonly ProxyServer _server;

    private EndingsProxy(ITransport transport, IReadOnlyList<IPEndPoint> entrances, IReadOnlyList<IPEndPoint> targets)
    {
        _transport = transport;
        _server = new ProxyServer(Config(entrances, targets), transport, this, TimeProvider.System);
    }

    public ConcurrentQueue<SessionRecord> Records { get; } = [];

    public ConcurrentQueue<string> Errors { get; } = [];

    public static async Task<EndingsProxy> StartAsync(ITransport transport, IReadOnlyList<IPEndPoint> entrances, IReadOnlyList<IPEndPoint> targets)
    {
        var proxy = new EndingsProxy(transport, entrances, targets);
        await proxy._server.StartAsync();
        return proxy;
    }

    /// <summary>Waits until nothing is held for any session: no place, slot, timer, buffer, pipe.</summary>
    public async Task ExpectNothingHeldAsync(int listeners)
    {
        await Patience.Eventually(() => _server.ActiveSessions == 0 && _transport.BufferBytes == 0);
        if (_transport is not UringTransport uring)
            return;
        var nothing = new WorkerSnapshot { Sessions = 0, Slots = listeners, Timers = 0, LentBuffers = 0, Blocks = 0, Pipes = 0, Dropped = 0 };
        foreach (var worker in uring.AllWorkers)
        {
            // Closes of the last sessions may still be under way in the ring.
            var held = await worker.InspectAsync().Within();
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            for (var start = TimeProvider.System.GetTimestamp(); held != nothing && TimeProvider.System.GetElapsedTime(start) < Patience.Limit;)
            {
                await tick.WaitForNextTickAsync();
                held = await worker.InspectAsync().Within();
            }

            Assert.Equal(nothing, held);
        }
    }

    /// <summary>
    /// Interrupts relays until it is cancelled; now and then it leaves one alone for a while, as a reset behind a FIN is looked for after some milliseconds.
    /// </summary>
    public async Task InterruptAsync(CancellationToken stop)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!stop.IsCancellationRequested)
        {
            foreach (var session in _server.Sessions.Snapshot().Where(static _ => Random.Shared.Next(8) == 0))
                session.Client.SuspendRelay();
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (state is SessionRecord record)
            Records.Enqueue(record);
        else if (logLevel >= LogLevel.Error)
            Errors.Enqueue($"{formatter(state, exception)} {exception}");
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
        // Nothing is held: whoever makes loggers disposes of nothing.
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Ports that the kernel gives to nobody who dials.</summary>
    public static IPEndPoint[] ChooseEntrances(int count)
    {
        var chosen = new List<IPEndPoint>();
        for (var port = 20_000 + Random.Shared.Next(5_000); chosen.Count < count; port++)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var endpoint = new IPEndPoint(IPAddress.Loopback, port);
            try
            {
                probe.Bind(endpoint);
                chosen.Add(endpoint);
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }

        return [.. chosen];
    }

    private static ProxyConfig Config(IReadOnlyList<IPEndPoint> entrances, IReadOnlyList<IPEndPoint> targets) => new()
    {
        Apps =
        [
            .. entrances.Zip(targets).Select(static (lane, i) => App(lane.First, lane.Second, LaneTls.Of(i))),
        ],
        Timeouts = new TimeoutsConfig
        {
            Connect = TimeSpan.FromMinutes(1),
            Handshake = TimeSpan.FromMinutes(1),
            Idle = Off,
            HalfClose = Off,
            Drain = TimeSpan.Zero,
        },
        Health = new HealthConfig { Active = false, EjectAfter = 0 },
    };

    private static AppConfig App(IPEndPoint entrance, IPEndPoint target, LaneTls tls) => new()
    {
        Name = $"{entrance.Port}",
        Bind = [entrance.Address],
        Ports = [entrance.Port],
        Targets = [$"{target}"],
        Tls = tls.Client ? TlsApp.Config : null,
        TargetTls = tls.Target ? new TargetTlsConfig { Verify = false } : null,
        // A lane has one session at a time: a place that is not given back is missed by the next.
        Limits = new AppLimitsConfig { Sessions = 1, SessionsPerTarget = 1, Queue = 0 },
    };
}
