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
            sessions.Add(await host.OpenAsync(clientReceiveBuffer: 4096));
        await Task.WhenAll(sessions.Select(async session =>
        {
            session.Client.Fin();
            await session.Target.ExpectFinAsync();
            await session.Target.SendUntilBlockedAsync(limit: 64 * MiB);
        }));

        // Blocks are moved out of the shared buffers once; then nothing is left to be done.
        await host.ExpectHeldAsync(static held => held.LentBuffers == 0);
        var before = host.Counters.Batches;
        await Patience.Never(() => host.Counters.Batches - before > 1_000 || KernelThreads() > Sessions / 2);

        await Task.WhenAll(sessions.Select(async session =>
        {
            await session.Client.ReceiveAsync(session.Target.Sent);
            session.Target.Fin();
            await session.Client.ExpectFinAsync();
            session.Client.Dispose();
            session.Target.Dispose();
        }));

        await host.ExpectNothingHeldAsync();
    }

    [Fact]
    public async Task Half_closed_peer_that_a_session_sends_to_itself_costs_nothing_and_gets_everything()
    {
        const int Sessions = 10;
        await using var host = new UringHost(script: static async (_, client) =>
        {
            await client.ReceiveAsync(new byte[1]);
            for (var sent = 0L; sent < 16 * MiB;)
                sent += (await client.SendAsync(Payload.FromTarget.At(sent, Payload.MaxSlice))).Bytes;
            client.Close();
        });
        var clients = new List<Peer>();
        for (var i = 0; i < Sessions; i++)
        {
            clients.Add(await Peer.ConnectAsync(host.Endpoint, receiveBuffer: 4096));
            clients[i].Fin();
        }

        await host.ExpectHeldAsync(static held => held.Sessions == Sessions);
        var before = host.Counters.Batches;
        await Patience.Never(() => host.Counters.Batches - before > 1_000 || KernelThreads() > Sessions / 2);

        await Task.WhenAll(clients.Select(static async client =>
        {
            await client.ExpectFinAsync();
            Assert.Equal(16 * MiB, client.Received);
            client.Dispose();
        }));
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
