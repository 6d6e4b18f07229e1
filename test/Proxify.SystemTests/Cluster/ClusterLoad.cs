using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Proxify.SystemTests.Cluster;

/// <summary>
/// A steady load from many addresses: connections that come in step with the clock, ask once and go; and sessions that stay, and ask five times a second.
/// </summary>
internal sealed class ClusterLoad(Site site, params IPEndPoint[] services) : IDisposable
{
    private const int Rate = 200;
    private const int Stays = 120;

    /// <summary>So long a client waits for its connection and an answer: there is time for one SYN that is lost, which is sent again after a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1.0 / Rate);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task<Visit>> _visits = [];
    private readonly List<Task<Visit>> _stays = [];
    private readonly ConcurrentDictionary<IPAddress, ConcurrentDictionary<string, bool>> _targets = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private Task _coming = Task.CompletedTask;
    private int _open;

    private TimeSpan Now => Stopwatch.GetElapsedTime(_start);

    /// <summary>Returns when all who stay are there, and others have come for a second.</summary>
    public async Task StartAsync()
    {
        var sockets = site.Clients.Network.Make(() => Enumerable.Range(0, Stays).Select(Make).ToArray());
        for (var i = 0; i < Stays; i++)
            _stays.Add(StayAsync(sockets[i], i));
        await Peers.Patience.Eventually(() => _open == Stays || _stays.Any(static stay => stay.IsCompleted));
        Assert.Equal(Stays, _open);
        _coming = Task.Run(() => site.Clients.Network.Make(Come));
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
    }

    /// <summary>Lets all who stay end, and counts.</summary>
    /// <param name="changed">The machine that something has happened to.</param>
    public async Task<LoadResult> EndAsync(Machine changed)
    {
        await _stop.CancelAsync();
        await _coming;
        var visits = await Task.WhenAll(_visits);
        var failures = visits.Where(static visit => visit.End is VisitEnd.Refused or VisitEnd.Unreachable or VisitEnd.TimedOut).ToList();
        var broken = (await Task.WhenAll(_stays)).Where(static stay => stay.End != VisitEnd.Done).ToList();
        var lastSecond = visits.Where(static visit => visit.End == VisitEnd.Done).OrderBy(static visit => visit.Began).TakeLast(Rate).ToList();
        return new LoadResult
        {
            Connections = visits.Length,
            Failures = failures.CountBy(static visit => visit.End).ToDictionary(),
            FailingFor = failures.Count == 0 ? TimeSpan.Zero : failures.Max(static visit => visit.Began) - failures.Min(static visit => visit.Began) + Interval,
            LongestWait = visits.Where(static visit => visit.End == VisitEnd.Done).Max(static visit => visit.Took),
            Cut = visits.Count(static visit => visit.End == VisitEnd.Cut),
            Sessions = Stays,
            BrokenThere = broken.Count(stay => stay.Proxy == changed.BackAddress!.ToString()),
            BrokenElsewhere = broken.Count(stay => stay.Proxy != changed.BackAddress!.ToString()),
            LastThere = lastSecond.Count(visit => visit.Proxy == changed.BackAddress!.ToString()) / (double)lastSecond.Count,
            MovedClients = _targets.Values.Count(static targets => targets.Count > 1),
        };
    }

    public void Dispose() => _stop.Dispose();

    private static Socket Make(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(Site.Client(number), 0));
        return socket;
    }

    /// <summary>On a thread of its own, which makes its sockets in the clients' network.</summary>
    private bool Come()
    {
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var due = number * Interval;
            if (due > Now && _stop.Token.WaitHandle.WaitOne(due - Now))
                break;
            _visits.Add(ComeAsync(Make(number % 1_000), number));
        }

        return true;
    }

    private async Task<Visit> ComeAsync(Socket socket, int number)
    {
        await Task.Yield();
        using var conversation = new Conversation(socket);
        using var patience = new CancellationTokenSource(Patience);
        var began = Now;
        var end = await EndOfAsync(conversation, async () =>
        {
            await OpenAsync(conversation, Site.Client(number % 1_000), number, patience.Token);
            await conversation.AskAsync(patience.Token);
            await conversation.EndAsync(patience.Token);
        });
        return new Visit(end, began, Now - began, conversation.Proxy);
    }

    private async Task<Visit> StayAsync(Socket socket, int number)
    {
        using var conversation = new Conversation(socket);
        var began = Now;
        var end = await EndOfAsync(conversation, async () =>
        {
            using (var patience = new CancellationTokenSource(Patience))
                await OpenAsync(conversation, Site.Client(number), number, patience.Token);
            Interlocked.Increment(ref _open);
            while (!_stop.IsCancellationRequested)
            {
                await AskAsync(conversation.AskAsync);
                await Task.Delay(Pace, TimeProvider.System);
            }

            await AskAsync(conversation.AskAsync);
            await AskAsync(conversation.EndAsync);
        });
        return new Visit(end, began, Now - began, conversation.Proxy);

        // Longer than a machine's absence may take to be seen: who is moved by then is reset.
        static async Task AskAsync(Func<CancellationToken, Task> ask)
        {
            using var patience = new CancellationTokenSource(2 * Patience);
            await ask(patience.Token);
        }
    }

    private async Task OpenAsync(Conversation conversation, IPAddress client, int number, CancellationToken cancellation)
    {
        await conversation.OpenAsync(services[number % services.Length], cancellation);
        _targets.GetOrAdd(client, static _ => []).TryAdd(conversation.Target, true);
    }

    /// <summary>What is no failure of the network, such as a wrong byte, is thrown.</summary>
    private static async Task<VisitEnd> EndOfAsync(Conversation conversation, Func<Task> talk)
    {
        try
        {
            await talk();
            return VisitEnd.Done;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            if (conversation.IsConnected)
                return VisitEnd.Cut;
            return (e as SocketException)?.SocketErrorCode switch
            {
                null or SocketError.TimedOut => VisitEnd.TimedOut,
                SocketError.ConnectionRefused or SocketError.ConnectionReset => VisitEnd.Refused,
                _ => VisitEnd.Unreachable,
            };
        }
    }
}
