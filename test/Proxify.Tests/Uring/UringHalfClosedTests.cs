using Proxify.Peers;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

/// <summary>
/// Peers that have ended their own direction and are slow to read: every poll of the kernel's reports their FIN, asked or not, and must not be taken for room.
/// </summary>
[Collection(nameof(UringCeilingTests))]
public sealed class UringHalfClosedTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public async Task Half_closed_peer_that_reads_nothing_costs_nothing_and_gets_everything(int pipes)
    {
        const int Sessions = 10;
        await using var host = new UringHost(new() { Pipes = pipes });
        var sessions = new List<(Peer Client, Peer Target)>();
        for (var i = 0; i < Sessions; i++)
        {
            var (client, target) = await host.OpenAsync(clientReceiveBuffer: 4096);
            client.Fin();
            await target.ExpectFinAsync();
            await target.SendUntilBlockedAsync(limit: 64 * MiB);
            sessions.Add((client, target));
        }

        // Blocks are moved out of the shared buffers once; then nothing is left to be done.
        await host.ExpectHeldAsync(static held => held.LentBuffers == 0);
        var before = host.Counters.Batches;
        await Patience.Never(() => host.Counters.Batches - before > 1_000 || KernelThreads() > Sessions / 2);

        foreach (var (client, target) in sessions)
        {
            await client.ReceiveAsync(target.Sent);
            target.Fin();
            await client.ExpectFinAsync();
            client.Dispose();
            target.Dispose();
        }

        await host.ExpectNothingHeldAsync();
    }

    /// <summary>What the kernel could not do without blocking it does in threads of its own, the ring's workers.</summary>
    private static int KernelThreads() =>
        Directory.EnumerateDirectories("/proc/self/task").Count(static task => ReadName(task).StartsWith("iou-wrk", StringComparison.Ordinal));

    private static string ReadName(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm"));
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
    }
}
