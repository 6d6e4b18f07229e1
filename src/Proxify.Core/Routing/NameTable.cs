using System.Text;

namespace Proxify.Routing;

/// <summary>
/// Which of several that share a port a TLS client gets, by the server name that it asks for and the protocols that it would speak (ALPN). The first that fits:
/// whoever has the name itself, then whoever has it by a wildcard, the longest first, then whoever takes any name. At each of these steps those who take only
/// some protocols come before the one who takes any; of them the one that has what the client would speak rather. Immutable; a look-up takes a step for each
/// label of the name and each protocol that the client offers, however many names there are.
/// </summary>
/// <typeparam name="T">What a name leads to: an app.</typeparam>
internal sealed class NameTable<T>
    where T : class
{
    private const string Wildcard = "*.";

    private readonly Dictionary<string, Choice> _exact = new(StringComparer.Ordinal);

    /// <summary>By what follows the wildcard's first dot.</summary>
    private readonly Dictionary<string, Choice>.AlternateLookup<ReadOnlySpan<char>> _below =
        new Dictionary<string, Choice>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly Choice _any = new();

    /// <param name="claims">No two of them take the same clients.</param>
    public NameTable(IEnumerable<NameClaim<T>> claims)
    {
        foreach (var claim in claims)
        {
            if (claim.Names.IsEmpty)
                _any.Add(claim);
            foreach (var name in claim.Names)
                (name.StartsWith(Wildcard, StringComparison.Ordinal) ? Of(_below.Dictionary, name[Wildcard.Length..]) : Of(_exact, name)).Add(claim);
        }

        static Choice Of(Dictionary<string, Choice> choices, string name) =>
            choices.TryGetValue(name, out var choice) ? choice : choices[name] = new Choice();
    }

    /// <param name="name">In lower case, without a final dot; null: the client names none.</param>
    /// <param name="protocols">What it would speak, as RFC 7301 writes it: each name follows its length. Empty: it does not say.</param>
    /// <param name="isKnown">Whether anybody takes the name, if only for other protocols.</param>
    public T? Find(string? name, ReadOnlySpan<byte> protocols, out bool isKnown)
    {
        isKnown = false;
        if (name is not null)
        {
            if (_exact.TryGetValue(name, out var choice) && Take(choice, protocols, ref isKnown) is { } exact)
                return exact;
            for (var rest = name.AsSpan(); rest.IndexOf('.') is var dot and >= 0;)
            {
                rest = rest[(dot + 1)..];
                if (_below.TryGetValue(rest, out choice) && Take(choice, protocols, ref isKnown) is { } below)
                    return below;
            }
        }

        return Take(_any, protocols, ref isKnown);
    }

    private static T? Take(Choice choice, ReadOnlySpan<byte> protocols, ref bool isKnown)
    {
        isKnown |= !choice.IsEmpty;
        return choice.Find(protocols);
    }

    /// <summary>Who takes a name.</summary>
    private sealed class Choice
    {
        private T? _anyProtocol;
        private Dictionary<string, T>? _byProtocol;

        public bool IsEmpty => _anyProtocol is null && _byProtocol is null;

        public void Add(NameClaim<T> claim)
        {
            if (claim.Protocols.IsEmpty)
                _anyProtocol = claim.To;
            foreach (var protocol in claim.Protocols)
                (_byProtocol ??= new(StringComparer.Ordinal))[protocol] = claim.To;
        }

        public T? Find(ReadOnlySpan<byte> protocols)
        {
            if (_byProtocol is null)
                return _anyProtocol;
            var byProtocol = _byProtocol.GetAlternateLookup<ReadOnlySpan<char>>();
            Span<char> protocol = stackalloc char[byte.MaxValue];
            for (; !protocols.IsEmpty; protocols = protocols[(1 + protocols[0])..])
            {
                var length = Encoding.Latin1.GetChars(protocols.Slice(1, protocols[0]), protocol);
                if (byProtocol.TryGetValue(protocol[..length], out var to))
                    return to;
            }

            return _anyProtocol;
        }
    }
}
