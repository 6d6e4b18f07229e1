namespace Proxify.Configuration;

/// <summary>No server is asked twice, and answers hold at most as long as they hold at least.</summary>
internal static class ResolverRules
{
    public static void Check(ResolverConfig? resolver, ErrorList errors)
    {
        if (resolver is null)
            return;

        CheckServers(resolver, errors);
        var isGood = ResolverOptions.MinTtl.Problem(resolver) is null && ResolverOptions.MaxTtl.Problem(resolver) is null;
        if (isGood && resolver.MinTtl > resolver.MaxTtl)
            errors.Add(RootOptions.Resolver.Name, $"MinTtl ({Duration.Format(resolver.MinTtl)}) is longer than MaxTtl ({Duration.Format(resolver.MaxTtl)})");
    }

    private static void CheckServers(ResolverConfig resolver, ErrorList errors)
    {
        var servers = resolver.Servers ?? [];
        if (servers.Count > ResolverOptions.Servers.Most)
            return; // an error already

        for (var i = 0; i < servers.Count; i++)
        {
            if (servers[i] is { } server && ResolverOptions.Servers.IsGood(server) && servers.Take(i).Contains(server))
                errors.Add($"{RootOptions.Resolver.Name}.{ResolverOptions.Servers.Name}[{i}]", $"{server} is already given");
        }
    }
}
