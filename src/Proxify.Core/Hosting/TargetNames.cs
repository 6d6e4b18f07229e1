using System.Net;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Resolution;
using Proxify.Runtime;

namespace Proxify.Hosting;

/// <summary>Asks once for the names of a config's targets, in the way in which a running proxy asks.</summary>
internal static class TargetNames
{
    /// <summary>Names that are asked for at once.</summary>
    private const int MostAtOnce = 100;

    /// <summary>For all names together: one server that is silent costs each of them up to 10 s.</summary>
    private static readonly TimeSpan LongestCheck = TimeSpan.FromMinutes(1);

    /// <summary>The stable ids and names of what is told: that a name has an answer, and that it has none.</summary>
    public static EventId Resolved { get; } = new(1304, "NameResolved");

    public static EventId NotResolved { get; } = new(1300, "NameNotResolved");

    /// <param name="config">Valid.</param>
    /// <param name="resolve">Asks once.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <returns>Each name once, however many targets have it, in the order of the config.</returns>
    public static async Task<IReadOnlyList<AskedName>> AskAsync(ProxyConfig config, ResolveName resolve, TimeProvider timeProvider)
    {
        var names = Of(config).DistinctBy(name => ModelBuilder.NameKey(name.Name.Host, name.Name.IsService)).ToArray();
        var settings = ModelBuilder.Resolver(config.Resolver);
        using var end = new CancellationTokenSource(LongestCheck, timeProvider);
        await Parallel.ForEachAsync(Enumerable.Range(0, names.Length), new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce }, async (i, _) =>
        {
            var (answer, problem) = await NameResolver.AskAsync(resolve, names[i].Name, settings, timeProvider, end.Token);
            names[i].Name.Take(answer, static _ => { });
            names[i] = names[i] with
            {
                Problem = problem is not null && end.IsCancellationRequested ? "all names together took a minute, and it had no answer by then" : problem,
                Flaw = answer?.Flaw ?? (answer is { Unanswered: not AddressFamilies.None } ? $"no answer for {answer.Unanswered}" : null),
            };
        });
        return names;
    }

    private static IEnumerable<AskedName> Of(ProxyConfig config) =>
        from app in config.Apps.Index()
        from target in app.Item.Targets.Index()
        where !IPAddress.TryParse(target.Item.Host, out _)
        select new AskedName($"Apps[{app.Index}].Targets[{target.Index}]", new ResolvedName(target.Item.Host, target.Item.IsService), Problem: null);
}
