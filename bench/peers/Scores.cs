using Proxify.Peers.Contenders;
using Proxify.Peers.Works;

namespace Proxify.Peers;

/// <summary>The samples of one work, by contender.</summary>
sealed class Scores(IWork work, IReadOnlyList<Contender> contenders)
{
    readonly Dictionary<Contender, List<double?[]>> _samples = contenders.ToDictionary(contender => contender, _ => new List<double?[]>());
    readonly Dictionary<Contender, string> _failures = [];

    public IWork Work => work;

    public IReadOnlyList<Contender> Contenders => contenders;

    public bool HasFailures => _failures.Count > 0;

    public void Add(Contender contender, double?[] figures) => _samples[contender].Add(figures);

    public void Fail(Contender contender, string reason) => _failures.TryAdd(contender, reason);

    public string? Failure(Contender contender) => _failures.GetValueOrDefault(contender);

    public double? Median(Contender contender, int figure)
    {
        if (Failure(contender) is not null)
            return null;
        var sorted = _samples[contender].Select(sample => sample[figure]).OfType<double>().Order().ToArray();
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The same of whoever is called so; null without such a contender.</summary>
    public double? Median(string contender, int figure) =>
        contenders.FirstOrDefault(one => one.Name == contender) is { } one ? Median(one, figure) : null;

    /// <summary>The better of the peers' medians, each figure by itself: the harder comparison.</summary>
    public double? BetterPeer(int figure)
    {
        var medians = contenders.Where(contender => contender.IsPeer).Select(peer => Median(peer, figure)).OfType<double>().ToArray();
        return medians.Length == 0 ? null : work.Figures[figure].MoreIsBetter ? medians.Max() : medians.Min();
    }
}
