using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Proxify.Peers;
using Proxify.Transport;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

/// <summary>A uring transport that relays to one scripted target, with a look at what its worker holds.</summary>
internal sealed class UringHost : IConnectionHandler, IAsyncDisposable
{
    private static readonly RelayTimeouts NoTimeouts = new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private readonly UringTransport _transport;
    private readonly IListener _listener;
    private readonly PeerListener _targets = PeerListener.Start();
    private readonly Func<UringHost, Connection, ValueTask> _script;
    private readonly Channel<RelayEnd> _ends = Channel.CreateUnbounded<RelayEnd>();
    private readonly Channel<Exception> _errors = Channel.CreateUnbounded<Exception>();
    private readonly Channel<(SocketError Error, TimeSpan? Backoff)> _acceptErrors = Channel.CreateUnbounded<(SocketError, TimeSpan?)>();

    public UringHost(UringOptions? options = null, Func<UringHost, Connection, ValueTask>? script = null, TimeProvider? clock = null)
    {
        _script = script ?? (static (host, client) => host.RelayAsync(client));
        _transport = new UringTransport(clock ?? TimeProvider.System, (options ?? new UringOptions()) with { Workers = 1 });
        _listener = _transport.Listen(new TcpEndpoint(IPAddress.Loopback, 0), this);
    }

    public UringWorker Worker => _transport.AllWorkers[0];

    public UringTransport Transport => _transport;

    public WorkerCounters Counters => Worker.Counters;

    public IPEndPoint Endpoint => _listener.Endpoint.ToIPEndPoint();

    public PeerListener Targets => _targets;

    public ChannelReader<RelayEnd> Ends => _ends.Reader;

    public ChannelReader<Exception> Errors => _errors.Reader;

    public ChannelReader<(SocketError Error, TimeSpan? Backoff)> AcceptErrors => _acceptErrors.Reader;

    /// <summary>A session: client and target, connected through the relay.</summary>
    public async Task<(Peer Client, Peer Target)> OpenAsync(int? clientReceiveBuffer = null)
    {
        var client = await Peer.ConnectAsync(Endpoint, receiveBuffer: clientReceiveBuffer);
        return (client, await _targets.AcceptAsync());
    }

    public async ValueTask RelayAsync(Connection client)
    {
        var dialled = await client.DialAsync(new TcpEndpoint(_targets.Endpoint), Patience.Limit);
        if (dialled.Connection is { } target)
            _ends.Writer.TryWrite(await client.RelayAsync(target, NoTimeouts));
    }

    /// <summary>Waits until the worker holds nothing but its listener: no session, slot, timer, buffer or pipe.</summary>
    public Task ExpectNothingHeldAsync() => ExpectHeldAsync(static held => held == Nothing);

    /// <summary>Waits until what the worker holds is as expected.</summary>
    public async Task ExpectHeldAsync(Func<WorkerSnapshot, bool> expected)
    {
        WorkerSnapshot held;
        var start = TimeProvider.System.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!expected(held = await Worker.InspectAsync().Within()))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience.Limit, $"the worker holds {held}");
            await tick.WaitForNextTickAsync();
        }
    }

    public Task OnWorkerAsync(Action<UringWorker> action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Worker.Mailbox.Post(
            _ =>
            {
                action(Worker);
                done.SetResult();
            },
            state: null);
        return done.Task.Within();
    }

    /// <summary>Does something while the worker is at work on something else.</summary>
    public async Task WhileBusyAsync(Func<Task> action)
    {
        using var done = new ManualResetEventSlim();
        var busy = OnWorkerAsync(_ => Assert.True(done.Wait(Patience.Limit)));
        try
        {
            await action();
        }
        finally
        {
            done.Set();
        }

        await busy;
    }

    /// <summary>Runs a flow of control on the worker, one that yields to the worker and comes back.</summary>
    public async Task FlowOnWorkerAsync(Func<UringWorker, Task> flow)
    {
        var begun = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        Worker.Mailbox.Post(_ => begun.SetResult(flow(Worker)), state: null);
        await (await begun.Task.Within()).Within();
    }

    public Task StopListeningAsync() => _listener.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _transport.DisposeAsync().AsTask().Within();
        _targets.Dispose();
    }

    public ValueTask HandleAsync(Connection client) => _script(this, client);

    public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff) => _acceptErrors.Writer.TryWrite((error, backoff));

    public void OnHandlerError(Connection client, Exception exception) => _errors.Writer.TryWrite(exception);

    private static WorkerSnapshot Nothing { get; } = new() { Sessions = 0, Slots = 1, Timers = 0, LentBuffers = 0, Blocks = 0, Pipes = 0, Dropped = 0 };
}
