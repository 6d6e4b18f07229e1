using System.Diagnostics;
using Proxify.Peers.Contenders;
using Proxify.Peers.Works;

namespace Proxify.Peers;

/// <summary>Every work, every round, every contender in turn.</summary>
static class Bench
{
    // Over the time that a measurement is meant to take: starting, warming up, thousands of connects on a busy machine.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <returns>False when something failed.</returns>
    public static async Task<bool> RunAsync(Options options, IReadOnlyList<Match> matches, CancellationToken cancellation)
    {
        using var workspace = new Workspace();
        var started = Stopwatch.StartNew();
        var busy = await Machine.BusyAsync(cancellation);
        if (busy > 0.1)
            await Console.Error.WriteLineAsync($"the machine is {busy:P0} busy with other work: expect noise");
        var obstacle = matches.Any(match => match.Work.IsHeld) ? CpuQuota.Obstacle() : null;
        var scores = new List<Scores>();
        foreach (var match in matches.Where(match => obstacle is null || !match.Work.IsHeld))
            scores.Add(await RunAsync(match, options, workspace, cancellation));

        await Console.Out.WriteLineAsync(
            $"Medians of {options.Rounds} interleaved rounds of about {options.Seconds} s; ↑ more is better, ↓ less is better. CPU is the proxy's own where it is nobody else's, user and kernel.\n");
        await Machine.DescribeAsync(Console.Out, [.. matches.SelectMany(match => match.Contenders).Distinct()], busy, cancellation);
        if (obstacle is not null)
            await Console.Out.WriteLineAsync(
                $"- left out ({obstacle}): {string.Join(", ", matches.Where(match => match.Work.IsHeld).Select(match => match.Work.Name))}");
        foreach (var score in scores)
            Table.Print(Console.Out, score);
        Table.PrintAims(Console.Out, scores);
        await Console.Error.WriteLineAsync($"took {started.Elapsed:mm\\:ss}");
        return !scores.Any(score => score.HasFailures);
    }

    static async Task<Scores> RunAsync(Match match, Options options, Workspace workspace, CancellationToken cancellation)
    {
        var (work, contenders) = match;
        await using var owned = work;
        var scores = new Scores(work, contenders);
        var limit = TimeSpan.FromSeconds(2 * options.Seconds) + Grace;
        if (await FailureAsync(token => StartAsync(work, workspace, token), limit, cancellation) is { } trouble)
        {
            foreach (var contender in contenders)
                scores.Fail(contender, trouble);
            return scores;
        }

        for (var round = 0; round < options.Rounds; round++)
            // Each round begins with another one: nobody always runs after the same neighbour.
            foreach (var contender in contenders.Skip(round % contenders.Count).Concat(contenders.Take(round % contenders.Count)))
            {
                if (scores.Failure(contender) is not null)
                    continue;
                await Console.Error.WriteAsync($"{work.Name} {round + 1}/{options.Rounds} {contender.Name}: ");
                double?[] figures = [];
                var failure = await FailureAsync(async token => figures = await MeasureAsync(work, contender, workspace, token), limit, cancellation);
                if (failure is null)
                    scores.Add(contender, figures);
                else
                    scores.Fail(contender, failure);
                await Console.Error.WriteLineAsync(failure is null
                    ? string.Join(", ", work.Figures.Select((figure, i) => $"{figure.Format(figures[i])} {figure.Name}")) : $"failed: {failure}");
            }
        return scores;
    }

    static async Task StartAsync(IWork work, Workspace workspace, CancellationToken cancellation)
    {
        var limit = Descriptors.Limit();
        var needed = 2 * work.Connections + 200;
        if (needed > limit)
            throw new BenchException($"{work.Connections:N0} sessions need {needed:N0} file descriptors, the limit is {limit:N0} (ulimit -Hn)");
        await work.StartAsync(workspace, cancellation);
    }

    static async Task<double?[]> MeasureAsync(IWork work, Contender contender, Workspace workspace, CancellationToken cancellation)
    {
        await using var relay = await contender.StartAsync(work, workspace, cancellation);
        try
        {
            var figures = await work.MeasureAsync(relay, cancellation);
            return relay.HasExited ? throw relay.Exited() : figures;
        }
        catch (Exception) when (relay.HasExited && !cancellation.IsCancellationRequested)
        {
            // The load's complaint is only the consequence.
            throw relay.Exited();
        }
    }

    /// <summary>Runs a step that a failure may end, but never the benchmark.</summary>
    /// <returns>What went wrong; null when nothing did.</returns>
    static async Task<string?> FailureAsync(Func<CancellationToken, Task> step, TimeSpan limit, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(limit);
        try
        {
            await step(bound.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"not done within {limit.TotalSeconds:0} s";
        }
        catch (Exception wrong) when (!cancellation.IsCancellationRequested)
        {
            return wrong.Message.ReplaceLineEndings(" ");
        }
    }
}
