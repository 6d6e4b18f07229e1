using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Proxify.Resolution;

/// <summary>
/// Keeps the addresses of names up to date in the background, so that no session ever waits for DNS except for a name's very first answer.
/// Each name has its own loop: one that does not resolve delays no other.
/// </summary>
/// <param name="resolve">Asks once.</param>
/// <param name="answered">Told of a name after its first answer and each change; see <see cref="ResolvedName.Take"/>.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">For names that fail, recover and change.</param>
internal sealed class NameResolver(ResolveName resolve, Action<ResolvedName> answered, TimeProvider timeProvider, ILogger logger) : IAsyncDisposable
{
    private const int MostShown = 8;

    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestQuery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ResolvedName, Loop> _loops = [];
    private ResolverSettings? _settings;

    private sealed record Loop(Task Running, CancellationTokenSource Stop);

    /// <summary>
    /// Follows exactly these; starts and stops loops as needed. Other settings ask for every name anew. Not thread-safe: called by one reload at a time.
    /// </summary>
    public void Follow(IEnumerable<ResolvedName> names, ResolverSettings settings)
    {
        var wanted = names.ToHashSet();
        var isOther = settings != _settings;
        _settings = settings;
        foreach (var (name, loop) in _loops.Where(l => isOther || !wanted.Contains(l.Key)).ToList())
        {
            loop.Stop.Cancel();
            _loops.Remove(name);
        }

        foreach (var name in wanted)
        {
            if (_loops.ContainsKey(name))
                continue;
            var stop = new CancellationTokenSource();
            _loops.Add(name, new Loop(Task.Run(() => FollowAsync(name, settings, stop.Token)), stop));
        }
    }

    /// <summary>Asks once, and no longer than a question may take.</summary>
    /// <returns>The answer, null where there is none; and what is wrong, null where it has addresses.</returns>
    public static async Task<(NameAnswer? Answer, string? Problem)> AskAsync(
        ResolveName resolve, ResolvedName name, ResolverSettings settings, TimeProvider timeProvider, CancellationToken stop)
    {
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            // Not every way of asking can be cancelled, so the wait for it is what ends.
            var answer = await resolve(name, settings, asking.Token).WaitAsync(LongestQuery, timeProvider, stop);
            return (answer, answer.Addresses.Count == 0 ? "no addresses" : null);
        }
        catch (TimeoutException)
        {
            return (null, $"no answer within {LongestQuery.TotalSeconds:0} s");
        }
        catch (Exception e)
        {
            // Whatever goes wrong, even by a defect, must not be the last that is heard of this name.
            return (null, e.Message);
        }
        finally
        {
            // One that has been given up must not keep its place among those who ask.
            await asking.CancelAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        var running = _loops.Values.ToList();
        _loops.Clear();
        running.ForEach(l => l.Stop.Cancel());
        await Task.WhenAll(running.Select(l => l.Running));
    }

    private async Task FollowAsync(ResolvedName name, ResolverSettings settings, CancellationToken stop)
    {
        var failing = false;
        string? flaw = null;
        while (!stop.IsCancellationRequested)
        {
            var (answer, problem) = await AskAsync(resolve, name, settings, timeProvider, stop);
            if (stop.IsCancellationRequested)
                return;
            try
            {
                Take(name, answer);
            }
            catch (Exception e)
            {
                // Nor must a defect of those who are told.
                problem ??= e.Message;
            }

            if (problem is not null && !failing)
                ResolutionLog.NameNotResolved(logger, name.Host, problem);
            else if (problem is null && failing)
                ResolutionLog.NameResolvedAgain(logger, name.Host);
            failing = problem is not null;
            if (answer is not null && answer.Flaw != flaw && (flaw = answer.Flaw) is not null)
                ResolutionLog.NameAnswerFlawed(logger, name.Host, flaw);
            await Task.Delay(failing ? RetryAfterFailure : settings.Bound(answer!.Ttl), timeProvider, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(ResolvedName name, NameAnswer? answer)
    {
        var before = name.Current;
        if (name.Take(answer, answered) && before.Length > 0)
            ResolutionLog.TargetAddressesChanged(logger, name.Host, name.Current.Length, Text(name.Current.Except(before)), Text(before.Except(name.Current)));
    }

    private static string Text(IEnumerable<ResolvedAddress> addresses)
    {
        var all = addresses.ToImmutableArray();
        return all.IsEmpty ? "none" : string.Join(", ", all.Take(MostShown)) + (all.Length > MostShown ? $" and {all.Length - MostShown} more" : "");
    }
}
