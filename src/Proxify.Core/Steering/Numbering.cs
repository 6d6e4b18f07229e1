namespace Proxify.Steering;

/// <summary>
/// Gives things numbers by which the kernel knows them. What stays keeps its number; no number is ever given twice, so what is new and what is going lie side
/// by side.
/// </summary>
internal sealed class Numbering<T>
    where T : notnull
{
    private Dictionary<T, uint> _inForce = [];
    private Dictionary<T, uint> _next = [];
    private uint _last;

    /// <summary>What the next set has and the one in force has not.</summary>
    public List<KeyValuePair<T, uint>> Added => Except(_next, _inForce);

    /// <summary>How many the next set has.</summary>
    public int Count => _next.Count;

    /// <summary>The highest number given so far.</summary>
    public uint Last => _last;

    /// <summary>The set in force.</summary>
    public IReadOnlyDictionary<T, uint> InForce => _inForce;

    /// <summary>Goes on from where another numbering has come to. Before anything else.</summary>
    /// <param name="inForce">Its set in force.</param>
    /// <param name="last">Its <see cref="Last"/>.</param>
    public void Resume(IEnumerable<KeyValuePair<T, uint>> inForce, uint last) => (_inForce, _last) = (new(inForce), last);

    /// <summary>Begins the next set.</summary>
    public void Begin() => _next = [];

    /// <summary>The number of a thing of the next set.</summary>
    public uint Of(T thing)
    {
        if (!_next.TryGetValue(thing, out var number))
        {
            if (!_inForce.TryGetValue(thing, out number))
                number = ++_last;
            _next.Add(thing, number);
        }

        return number;
    }

    /// <summary>The next set is in force; returns what only the previous one had.</summary>
    public List<KeyValuePair<T, uint>> Commit()
    {
        var gone = Except(_inForce, _next);
        _inForce = _next;
        return gone;
    }

    private static List<KeyValuePair<T, uint>> Except(Dictionary<T, uint> set, Dictionary<T, uint> other) => [.. set.Where(s => !other.ContainsKey(s.Key))];
}
