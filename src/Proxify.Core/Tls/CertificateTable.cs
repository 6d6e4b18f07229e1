
namespace Proxify.Tls;

/// <summary>Which certificates a name stands for: for each kind of key, the first that has the name, or a wildcard for it.</summary>
internal sealed class CertificateTable
{
    private readonly Dictionary<string, IReadOnlyList<KeyedCertificate>> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Held: contexts know certificates by their place in memory.</summary>
    private readonly IReadOnlyList<KeyedCertificate> _all;

    /// <param name="certificates">In the config's order.</param>
    public CertificateTable(IReadOnlyList<KeyedCertificate> certificates)
    {
        _all = certificates;
        var byName = new Dictionary<string, List<KeyedCertificate>>(StringComparer.OrdinalIgnoreCase);
        foreach (var certificate in certificates)
        {
            foreach (var name in certificate.Names)
            {
                if (!byName.TryGetValue(name, out var all))
                    byName.Add(name, all = []);
                AddMissing(all, [certificate]);
            }
        }

        foreach (var (name, all) in byName)
        {
            if (Wildcard(name) is { } wildcard && byName.TryGetValue(wildcard, out var more))
                AddMissing(all, more);
            _byName.Add(name, all);
        }
    }

    public static CertificateTable Empty { get; } = new([]);

    /// <summary>A context, which has one of each kind, does not have all of these.</summary>
    public bool HasSeveralOfAKind => _all.Select(certificate => certificate.Kind).Distinct().Count() < _all.Count;

    /// <summary>Null: no certificate has the name.</summary>
    public IReadOnlyList<KeyedCertificate>? Find(string name) =>
        _byName.TryGetValue(name, out var all) || (Wildcard(name) is { } wildcard && _byName.TryGetValue(wildcard, out all)) ? all : null;

    private static void AddMissing(List<KeyedCertificate> all, IEnumerable<KeyedCertificate> more) =>
        all.AddRange(more.Where(certificate => !all.Exists(known => known.Kind == certificate.Kind)));

    /// <summary>A star stands for the first label alone (RFC 6125, 6.4.3).</summary>
    private static string? Wildcard(string name) => name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? $"*{name[dot..]}" : null;
}
