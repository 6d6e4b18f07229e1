using System.Net;

namespace Proxify.Configuration;

/// <summary>An app binds no address twice, and none beside the wildcard that includes it, which the kernel refuses (EADDRINUSE).</summary>
internal static class BindRules
{
    /// <param name="bind">The addresses; null, or with nulls: an error already.</param>
    /// <param name="path">Where they stand.</param>
    /// <param name="errors">Takes the errors.</param>
    public static void Check(IReadOnlyList<IPAddress>? bind, string path, ErrorList errors)
    {
        var seen = new Dictionary<IPAddress, int>();
        for (var i = 0; i < bind?.Count; i++)
        {
            if (bind[i] is { } address && AppOptions.Bind.IsGood(address) && !seen.TryAdd(LocalAddresses.Plain(address), i))
                errors.Add($"{path}[{i}]", $"{address} is already given by {path}[{seen[LocalAddresses.Plain(address)]}]");
        }

        for (var i = 0; i < bind?.Count; i++)
        {
            if (bind[i] is not { } address)
                continue;

            var wildcard = Array.Find(LocalAddresses.Wildcards, w => seen.ContainsKey(w) && LocalAddresses.Includes(w, LocalAddresses.Plain(address)));
            if (wildcard is not null)
                errors.Add($"{path}[{i}]", $"{address} is already included in {path}[{seen[wildcard]}], {wildcard}");
        }
    }
}
