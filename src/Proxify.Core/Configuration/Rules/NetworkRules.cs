using System.Net;

namespace Proxify.Configuration;

/// <summary>No network stands twice in a list of sources.</summary>
internal static class NetworkRules
{
    public static void Check(SourcesConfig? sources, string path, ErrorList errors)
    {
        Check(sources?.Allow, path, SourcesOptions.Allow, errors);
        Check(sources?.Deny, path, SourcesOptions.Deny, errors);
    }

    public static void Check(ProxyProtocolConfig? protocol, string path, ErrorList errors) => Check(protocol?.From, path, ProxyProtocolOptions.From, errors);

    // Lists may be long: no text is made for a network without an error.
    private static void Check<T>(IReadOnlyList<IPNetwork>? networks, string path, ListOption<T, IPNetwork> list, ErrorList errors)
    {
        var seen = new Dictionary<IPNetwork, int>(networks?.Count ?? 0);
        for (var i = 0; i < networks?.Count; i++)
        {
            if (!seen.TryAdd(networks[i], i) && list.IsGood(networks[i]))
                errors.Add($"{path}.{list.Name}[{i}]", $"{networks[i]} is already given by {path}.{list.Name}[{seen[networks[i]]}]");
        }
    }
}
