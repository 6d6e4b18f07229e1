using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Proxify.Transport;

namespace Proxify.Resolution;

/// <summary>Turns host names into addresses.</summary>
public delegate Task<IPAddress[]> ResolveName(string host, CancellationToken cancellationToken);

/// <summary>
/// Keeps the addresses of named targets up to date in the background, so that no session ever waits for DNS except for a name's very first answer.
/// Each name has its own loop: one that does not resolve delays no other.
/// </summary>
internal sealed class NameResolver(ResolveName resolve, Action answered, TimeProvider timeProvider, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestQuery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ResolvedName, Loop> _loops = [];

    private sealed record Loop(Task Running, CancellationTokenSource Stop);

    /// <summary>Follows exactly these; starts and stops loops as needed. Not thread-safe: called by one reload at a time.</summary>
    public void Follow(IEnumerable<ResolvedName> names)
    {
        var wanted = names.ToHashSet();
        foreach (var (name, loop) in _loops.Where(l => !wanted.Contains(l.Key)).ToList())
        {
            loop.Stop.Cancel();
            _loops.Remove(name);
        }

        foreach (var name in wanted)
        {
            if (_loops.ContainsKey(name))
                continue;
            var stop = new CancellationTokenSource();
            _loops.Add(name, new Loop(Task.Run(() => FollowAsync(name, stop.Token)), stop));
        }
    }

    public async ValueTask DisposeAsync()
    {
        var running = _loops.Values.ToList();
        Follow([]);
        await Task.WhenAll(running.Select(l => l.Running));
    }

    private async Task FollowAsync(ResolvedName name, CancellationToken stop)
    {
        var failing = false;
        while (!stop.IsCancellationRequested)
        {
            string? problem = null;
            try
            {
                // getaddrinfo cannot be cancelled, so the wait for it is what ends.
                var found = await resolve(name.Host, stop).WaitAsync(LongestQuery, timeProvider, stop);
                name.Take(found.Select(a => new ResolvedAddress(new TcpEndpoint(a, 0))), answered);
                if (found.Length == 0)
                    problem = "no addresses";
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
            {
                problem = e.Message;
                name.Take([], answered);
            }

            if (problem is not null && !failing)
                ResolutionLog.NameNotResolved(logger, name.Host, problem);
            else if (problem is null && failing)
                ResolutionLog.NameResolvedAgain(logger, name.Host);
            failing = problem is not null;
            await Task.Delay(failing ? RetryAfterFailure : Refresh, timeProvider, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
