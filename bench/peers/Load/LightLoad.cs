using System.Diagnostics;
using Proxify.Peers.Contenders;
using Proxify.Peers.Targets;

namespace Proxify.Peers.Load;

/// <summary>
/// A load of our own: one thread, epoll, bare system calls. It takes little more than those, half or two thirds of what redis-benchmark takes,
/// so it is less in the way of proxy and target.
/// Every reply is compared with what that very request must get: no proxy gets away with a reply that is another's.
/// </summary>
sealed class LightLoad : ILoad
{
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);

    public string Name => "light load";

    public async Task<Sample> MeasureAsync(Relay relay, ITarget target, int connections, int depth, int seconds, CancellationToken cancellation)
    {
        using var clients = new Clients(relay.Port, target.Exchange, connections, depth);
        // Each must have got a reply: the last of them may just have connected. A target that is held may take seconds for that.
        while (clients.Count < 2L * connections * depth)
        {
            await Task.Delay(10, cancellation);
            clients.ThrowIfAny();
        }
        await Task.Delay(WarmUp, cancellation);

        var (before, proxy, server, own, started) = (clients.Count, relay.Cpu, target.Cpu, clients.Cpu, Stopwatch.StartNew());
        clients.StartMeasuring();
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellation);
        clients.StopMeasuring();
        var time = started.Elapsed;
        var (count, proxyUsed, serverUsed, ownUsed) = (clients.Count - before, relay.Cpu - proxy, target.Cpu - server, clients.Cpu - own);
        clients.ThrowIfAny();
        if (count == 0)
            throw new BenchException($"no reply within {seconds} s");
        var latencies = clients.End();
        return new(count / time.TotalSeconds, latencies.Milliseconds(0.5), latencies.Milliseconds(0.99), proxyUsed?.TotalMicroseconds / count,
            serverUsed.TotalMicroseconds / count, ownUsed.TotalMicroseconds / count)
        {
            Requests = clients.Asked,
        };
    }
}
