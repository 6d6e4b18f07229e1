using System.Net;

namespace Proxify.Admission;

/// <summary>
/// Which source addresses may connect. The longest prefix that holds the address decides; of two equal ones, the one that denies.
/// An address that no prefix holds may connect, unless there is any allowed prefix, of whichever family: then everything else is denied.
/// The two families do not touch: ::/0 says nothing of IPv4.
/// </summary>
/// <remarks>
/// One rule set, two enforcers. Both start from <see cref="Prefixes"/>, in which every rule above is already worked out, so that
/// "the longest prefix decides" is all that is left to do: the kernel walks a trie of them, this class a sorted array of address ranges.
/// </remarks>
internal sealed class SourceRules : IEquatable<SourceRules>
{
    /// <summary>No rules: everybody may connect.</summary>
    public static readonly SourceRules None = new([], []);

    private readonly SourcePrefix[] _prefixes;
    private readonly int _hash;

    // The address space cut into ranges of one verdict: a range goes from its start to the next one's. The first starts at 0.
    private readonly UInt128[] _starts;
    private readonly SourceVerdict[] _verdicts;

    public SourceRules(IEnumerable<IPNetwork> allow, IEnumerable<IPNetwork> deny)
    {
        _prefixes = Resolve(allow, deny);
        (_starts, _verdicts) = Flatten(_prefixes);

        var hash = new HashCode();
        foreach (var prefix in _prefixes)
            hash.Add(prefix);
        _hash = hash.ToHashCode();
    }

    public bool IsEmpty => _prefixes.Length == 0;

    /// <summary>
    /// The rules as prefixes of which the longest decides: no two alike, sorted by address, then length. Empty if there are no rules;
    /// otherwise it holds all of IPv6 and all of IPv4, so that every address finds a verdict.
    /// </summary>
    public ReadOnlySpan<SourcePrefix> Prefixes => _prefixes;

    /// <summary>May this address connect? It is given as 128 bits, IPv4 v4-mapped. O(log n), allocates nothing.</summary>
    public bool Allows(UInt128 address)
    {
        var index = Array.BinarySearch(_starts, address);
        return _verdicts[index >= 0 ? index : ~index - 1] == SourceVerdict.Allow;
    }

    public bool Equals(SourceRules? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _prefixes.AsSpan().SequenceEqual(other._prefixes));

    public override bool Equals(object? obj) => Equals(obj as SourceRules);

    public override int GetHashCode() => _hash;

    private static SourcePrefix[] Resolve(IEnumerable<IPNetwork> allow, IEnumerable<IPNetwork> deny)
    {
        var verdicts = new Dictionary<(UInt128 Address, byte Length), SourceVerdict>();
        foreach (var network in allow)
            Set(SourcePrefix.From(network, SourceVerdict.Allow));
        var rest = verdicts.Count > 0 ? SourceVerdict.Deny : SourceVerdict.Allow;

        // Deny comes second and overwrites: it wins a tie.
        foreach (var network in deny)
            Set(SourcePrefix.From(network, SourceVerdict.Deny));
        if (verdicts.Count == 0)
            return [];

        verdicts.TryAdd((UInt128.Zero, 0), rest);
        // Without a root of its own IPv4 would be ruled by IPv6 prefixes such as ::/0, in which the v4-mapped addresses lie.
        verdicts.TryAdd(SourcePrefix.AllIPv4, rest);

        return [.. verdicts.Select(v => new SourcePrefix(v.Key.Address, v.Key.Length, v.Value)).OrderBy(p => p.Address).ThenBy(p => p.Length)];

        void Set(SourcePrefix prefix) => verdicts[(prefix.Address, prefix.Length)] = prefix.Verdict;
    }

    // Prefixes nest like brackets and come in the order of their opening: a stack knows which is the innermost at every point.
    private static (UInt128[] Starts, SourceVerdict[] Verdicts) Flatten(SourcePrefix[] prefixes)
    {
        var starts = new List<UInt128> { UInt128.Zero };
        var verdicts = new List<SourceVerdict> { SourceVerdict.Allow };
        var open = new Stack<SourcePrefix>();

        foreach (var prefix in prefixes)
        {
            CloseBefore(prefix.Address);
            open.Push(prefix);
            Add(prefix.Address, prefix.Verdict);
        }

        CloseBefore(UInt128.MaxValue);
        return ([.. starts], [.. verdicts]);

        void CloseBefore(UInt128 address)
        {
            while (open.TryPeek(out var innermost) && innermost.Last < address)
            {
                open.Pop();
                Add(innermost.Last + 1, open.Peek().Verdict);
            }
        }

        void Add(UInt128 start, SourceVerdict verdict)
        {
            if (starts[^1] == start)
            {
                starts.RemoveAt(starts.Count - 1);
                verdicts.RemoveAt(verdicts.Count - 1);
            }

            if (verdicts.Count > 0 && verdicts[^1] == verdict)
                return;

            starts.Add(start);
            verdicts.Add(verdict);
        }
    }
}
