using System.Diagnostics;
using System.Net.Sockets;
using Proxify.Peers;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

/// <summary>
/// Random peers, all at once: slow, fast, abrupt. Bytes are checked as they come; at the end the worker must hold nothing. Runs alone, because it counts the
/// process's descriptors.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class UringStressTests(ITestOutputHelper output)
{
    /// <summary>Set PROXIFY_STRESS_SECONDS for a long run.</summary>
    private static readonly TimeSpan Duration = double.TryParse(Environment.GetEnvironmentVariable("PROXIFY_STRESS_SECONDS"), out var seconds)
        ? TimeSpan.FromSeconds(seconds) : Cases.Of(TimeSpan.FromSeconds(2));

    public static TheoryData<string> Sizes => ["as shipped", "tiny", "on an old kernel"];

    [Theory, MemberData(nameof(Sizes))]
    public async Task Random_peers_leave_nothing_behind(string sizes)
    {
        var options = sizes == "tiny"
            ? new UringOptions { SubmissionEntries = 4, CompletionEntries = 8, Buffers = 16, BufferSize = 1024, Pipes = 2, PipeSize = 4096 }
            : new UringOptions { UseNewest = sizes != "on an old kernel" };
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var descriptors = CountDescriptors();
        var sessions = 0;
        var start = Stopwatch.GetTimestamp();
        await using (var host = new UringHost(options, static (host, client) => host.RelayAsync(client)))
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
            {
                var random = new Random(seed + i);
                while (Stopwatch.GetElapsedTime(start) < Duration)
                {
                    await LiveAsync(host, random);
                    Interlocked.Increment(ref sessions);
                }
            })));
            await host.ExpectNothingHeldAsync();
            Assert.False(host.Errors.TryRead(out var error), $"{error}");
        }

        output.WriteLine($"{sessions} sessions in {Stopwatch.GetElapsedTime(start)}");
        await Patience.Eventually(() => CountDescriptors() <= descriptors);
    }

    private static async Task LiveAsync(UringHost host, Random random)
    {
        var client = await TryConnectAsync(host, random);
        // Perhaps another task's client's target: each end lives a random life of its own.
        var target = await host.Targets.AcceptAsync();
        await Task.WhenAll(client is null ? Task.CompletedTask : BehaveAsync(client, random.Next()), BehaveAsync(target, random.Next()));
    }

    /// <summary>Null where the session was over, because its target was abrupt, before we knew that we are connected.</summary>
    private static async Task<Peer?> TryConnectAsync(UringHost host, Random random)
    {
        try
        {
            return await Peer.ConnectAsync(host.Endpoint, receiveBuffer: random.Next(4) == 0 ? 16 * 1024 : null);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return null;
        }
    }

    /// <summary>One end's life: it sends and receives at its own pace, and ends with FIN, RST or a close that does not care.</summary>
    private static async Task BehaveAsync(Peer peer, int seed)
    {
        var random = new Random(seed);
        var isAbrupt = random.Next(3) == 0;
        var sending = SendAsync(peer, new Random(seed + 1), isAbrupt);
        var receiving = ReceiveAsync(peer, random, isAbrupt);
        await Task.WhenAll(sending, receiving);
        peer.Dispose();
    }

    private static async Task SendAsync(Peer peer, Random random, bool isAbrupt)
    {
        try
        {
            for (var bursts = random.Next(8); bursts > 0; bursts--)
            {
                if (random.Next(3) > 0)
                    await peer.SendAsync(random.Next(1, 100), chunk: 10);
                else
                    await peer.SendAsync(random.Next(1, 2 << 20));
                if (random.Next(3) == 0)
                    await PauseAsync();
            }

            if (isAbrupt)
                CloseAbruptly(peer, random);
            else
                peer.Fin();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other end was abrupt, or this one.
        }
    }

    private static async Task ReceiveAsync(Peer peer, Random random, bool isAbrupt)
    {
        var chunk = random.Next(3) == 0 ? 1000 : 64 * 1024;
        try
        {
            for (var left = isAbrupt ? random.Next(20) : int.MaxValue; left > 0; left--)
            {
                if (random.Next(200) == 0)
                    await PauseAsync();
                if (await peer.ReceiveSomeAsync(chunk) is not null)
                    return;
            }

            CloseAbruptly(peer, random);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // As above.
        }
    }

    private static void CloseAbruptly(Peer peer, Random random)
    {
        if (random.Next(2) == 0)
            peer.Reset();
        else
            peer.Dispose();
    }

    /// <summary>Long enough to fill buffers, sometimes long enough to count as stalled.</summary>
    private static async Task PauseAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 200)));
        await tick.WaitForNextTickAsync();
    }

    /// <summary>Sockets, pipes, eventfds and rings; the runtime's own files come and go.</summary>
    private static int CountDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(path => new FileInfo(path).LinkTarget is { } name && (name.StartsWith("socket:", StringComparison.Ordinal)
            || name.StartsWith("pipe:", StringComparison.Ordinal) || name is "anon_inode:[eventfd]" or "anon_inode:[io_uring]"));
}
