namespace Proxify.Configuration;

internal static class ResolverRules
{
    private static readonly (TimeSpan Least, TimeSpan Most) MinTtl = (TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
    private static readonly (TimeSpan Least, TimeSpan Most) MaxTtl = (TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));

    /// <summary>One that is silent costs a second, and a question has ten.</summary>
    private const int MostServers = 8;

    /// <summary>How <see cref="ResolverFamily"/> is written, in the order of its values.</summary>
    public static IReadOnlyList<string> Families { get; } = ["all", "ipv4", "ipv6"];

    public static void Check(ResolverConfig? resolver, ErrorList errors)
    {
        const string Path = nameof(ProxyConfig.Resolver);
        if (resolver is null)
        {
            errors.Add(Path, "is missing");
            return;
        }

        CheckServers(resolver, $"{Path}.{nameof(ResolverConfig.Servers)}", errors);
        if (!Enum.IsDefined(resolver.Family))
            errors.Add($"{Path}.{nameof(ResolverConfig.Family)}", $"expected {HealthWords.Expected(Families)}, found {resolver.Family}");

        var isGood = IsBetween(resolver.MinTtl, MinTtl, $"{Path}.{nameof(ResolverConfig.MinTtl)}", errors)
            & IsBetween(resolver.MaxTtl, MaxTtl, $"{Path}.{nameof(ResolverConfig.MaxTtl)}", errors);
        if (isGood && resolver.MinTtl > resolver.MaxTtl)
            errors.Add(Path, $"MinTtl ({Duration.Format(resolver.MinTtl)}) is longer than MaxTtl ({Duration.Format(resolver.MaxTtl)})");
    }

    private static void CheckServers(ResolverConfig resolver, string path, ErrorList errors)
    {
        if (resolver.Servers is null)
        {
            errors.Add(path, "is missing");
            return;
        }

        if (resolver.Servers.Count > MostServers)
        {
            errors.Add(path, $"{resolver.Servers.Count:N0} servers; expected at most {MostServers}");
            return;
        }

        for (var i = 0; i < resolver.Servers.Count; i++)
        {
            if (resolver.Servers[i] is not { } server)
                errors.Add($"{path}[{i}]", "is missing");
            else if (!PortNumber.IsValid(server.Port))
                errors.Add($"{path}[{i}]", $"port {server.Port} is out of range; expected {PortNumber.Min}-{PortNumber.Max}");
            else if (EndRules.Problem(server.Address) is { } problem)
                errors.Add($"{path}[{i}]", $"{server.Address} {problem}");
            else if (resolver.Servers.Take(i).Contains(server))
                errors.Add($"{path}[{i}]", $"{server} is already given");
        }
    }

    private static bool IsBetween(TimeSpan value, (TimeSpan Least, TimeSpan Most) bounds, string path, ErrorList errors)
    {
        if (value >= bounds.Least && value <= bounds.Most)
            return true;

        errors.Add(path, $"expected {Duration.Format(bounds.Least)} to {Duration.Format(bounds.Most)}, found {Duration.Format(value)}");
        return false;
    }
}
