namespace Proxify.Configuration;

/// <summary>
/// How much a config may hold. Far more than anybody has; without bounds a few characters, such as all ports on a thousand addresses, would take hours and all
/// memory.
/// </summary>
internal static class SizeRules
{
    /// <summary>Sockets to listen on: each takes a descriptor for each worker and a few KiB of the kernel's memory.</summary>
    public const int MaxEndpoints = 1_000_000;

    /// <summary>Each is checked all the time.</summary>
    public const int MaxTargets = 100_000;

    /// <summary>
    /// Ways in which clients may be told apart, of all ports: each is looked up when the config is checked.
    /// </summary>
    public const int MaxClaims = 1_000_000;

    /// <returns>False where it holds more.</returns>
    public static bool Check(ProxyConfig config, ErrorList errors)
    {
        var (endpoints, claims, targets) = (0L, 0L, 0L);
        for (var i = 0; i < config.Apps?.Count; i++)
        {
            if (config.Apps[i] is not { } app)
                continue;

            Count(ref endpoints, Endpoints(app), MaxEndpoints, $"Apps[{i}].{nameof(AppConfig.Ports)}",
                "endpoints to listen on (ports times Bind addresses) up to here", errors);
            Count(ref claims, Claims(app), MaxClaims, $"Apps[{i}].{nameof(AppConfig.ServerNames)}",
                "server names (times ApplicationProtocols, Ports and Bind addresses) up to here", errors);
            Count(ref targets, app.Targets?.Count ?? 0, MaxTargets, $"Apps[{i}].{nameof(AppConfig.Targets)}", "targets up to here", errors);
        }

        return endpoints <= MaxEndpoints && claims <= MaxClaims && targets <= MaxTargets;
    }

    /// <summary>How many local endpoints the app listens on.</summary>
    public static long Endpoints(AppConfig app) =>
        (app.Ports ?? []).Sum(range => Math.Max(0L, (long)range.Last - range.First + 1)) * Math.Max(1, app.Bind?.Count ?? 0);

    private static long Claims(AppConfig app) => app.ServerNames is null or { Count: 0 } ? 0
        : (long)app.ServerNames.Count * Math.Max(1, app.ApplicationProtocols?.Count ?? 0) * (app.Ports?.Count ?? 0) * Math.Max(1, app.Bind?.Count ?? 0);

    /// <summary>The app that oversteps is told of, and none after it.</summary>
    private static void Count(ref long sum, long more, int limit, string path, string what, ErrorList errors)
    {
        var before = sum;
        sum += more;
        if (before <= limit && sum > limit)
            errors.Add(path, $"{sum:N0} {what}; expected at most {limit:N0} in all");
    }
}
