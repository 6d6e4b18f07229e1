namespace Proxify.Configuration;

/// <summary>Ranges of ports, each with a number of its owner's choice, and which of them meet a given one.</summary>
internal sealed class PortIntervals
{
    private readonly List<(PortRange Ports, int Number)> _sorted = [];

    /// <summary>The greatest last port of this range and all before it: ascending, so it can be searched.</summary>
    private int[] _reach = [];

    public void Add(PortRange ports, int number) => _sorted.Add((ports, number));

    /// <summary>After the last was added.</summary>
    public void Sort()
    {
        _sorted.Sort((a, b) => a.Ports.First != b.Ports.First ? a.Ports.First - b.Ports.First : a.Number - b.Number);
        _reach = new int[_sorted.Count];
        var reach = 0;
        for (var i = 0; i < _reach.Length; i++)
            _reach[i] = reach = Math.Max(reach, _sorted[i].Ports.Last);
    }

    /// <summary>The numbers of those that have a port of <paramref name="ports"/>, by their first port.</summary>
    public IEnumerable<int> Overlapping(PortRange ports)
    {
        var at = Array.BinarySearch(_reach, ports.First);
        at = at < 0 ? ~at : at;
        while (at > 0 && _reach[at - 1] >= ports.First)
        {
            at--; // The search finds any one of equals.
        }

        for (; at < _sorted.Count && _sorted[at].Ports.First <= ports.Last; at++)
        {
            if (_sorted[at].Ports.Last >= ports.First)
                yield return _sorted[at].Number;
        }
    }
}
