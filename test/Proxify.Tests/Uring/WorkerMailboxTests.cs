using System.Globalization;

namespace Proxify.Tests.Uring;

/// <summary>Alone, because it looks at the process's descriptors.</summary>
[Collection(nameof(RunsAlone))]
public sealed class WorkerMailboxTests
{
    [Fact]
    public async Task Post_while_the_worker_looks_has_a_signal_of_its_own()
    {
        // Without one a post that comes when the worker has just seen nothing more would lie there for as long as nobody else wakes it. The worker, busy here,
        // has not taken the signal yet.
        await using var host = new UringHost();
        var signals = 0UL;

        await host.OnWorkerAsync(worker =>
        {
            var posting = new Thread(() => worker.Mailbox.Post(static _ => { }, state: null));
            posting.Start();
            posting.Join();
            signals = Signals();
        });

        Assert.Equal(1UL, signals);
    }

    /// <summary>What waits in this process's eventfds (proc_pid_fdinfo(5)).</summary>
    private static ulong Signals() =>
        Directory.GetFiles("/proc/self/fdinfo").SelectMany(TryRead)
            .Where(static line => line.StartsWith("eventfd-count:", StringComparison.Ordinal))
            .Aggregate(0UL, static (sum, line) => sum
                + ulong.Parse(line.AsSpan(line.IndexOf(':') + 1).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static string[] TryRead(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return []; // closed meanwhile
        }
    }
}
