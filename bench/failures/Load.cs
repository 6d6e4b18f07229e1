using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Proxify.FailuresBench;

/// <summary>Clients that connect, ask who serves them, and leave; over and over.</summary>
sealed class Load(int port)
{
    const int Clients = 8;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // As long as a patient client waits.
    public static readonly TimeSpan GivesUp = TimeSpan.FromSeconds(10);

    static readonly byte[] Question = "GET id\r\n"u8.ToArray();

    readonly Lock _gate = new();
    TaskCompletionSource<long> _answered = new();
    int _awaited = -1;
    long _awaitedSince;

    public int Attempts { get; private set; }

    public int Failures { get; private set; }

    public TimeSpan Longest { get; private set; }

    public async Task RunAsync(CancellationToken stop) => await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => ClientAsync(stop)));

    /// <summary>When a target next answers a session that begins from now on; a timestamp.</summary>
    public Task<long> NextAnswerAsync(int target)
    {
        lock (_gate)
        {
            _awaited = target;
            _awaitedSince = Stopwatch.GetTimestamp();
            _answered = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _answered.Task;
        }
    }

    async Task ClientAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            var target = await AskAsync();
            var took = Stopwatch.GetElapsedTime(began);
            lock (_gate)
            {
                Attempts++;
                Failures += target is null ? 1 : 0;
                Longest = took > Longest ? took : Longest;
                if (target is { } number && number == _awaited && began >= _awaitedSince)
                    _answered.TrySetResult(Stopwatch.GetTimestamp());
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    async Task<int?> AskAsync()
    {
        using var limit = new CancellationTokenSource(GivesUp);
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
            await socket.SendAsync(Question, limit.Token);
            var answer = new byte[100];
            var length = await socket.ReceiveAsync(answer, limit.Token);
            // $1, a line's end, the number
            return length >= 5 ? answer[4] - '0' : null;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return null;
        }
    }
}
