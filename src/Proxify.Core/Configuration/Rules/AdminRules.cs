using System.Net;

namespace Proxify.Configuration;

/// <summary>Nobody unknown reaches what steers the proxy, be it by the network or through the proxy itself.</summary>
internal static class AdminRules
{
    public static void Check(ProxyConfig config, ErrorList errors)
    {
        if (config.Admin is not { Listen: { } listen } admin)
            return;

        for (var i = 0; i < listen.Count; i++)
        {
            var path = $"{RootOptions.Admin.Name}.{AdminOptions.Listen.Name}[{i}]";
            if (listen[i] is { } endpoint && !IPAddress.IsLoopback(endpoint.Address) && admin.Token is null)
                errors.Add(path, $"{endpoint} is not loopback, where it needs a {AdminOptions.Token.Name}");
        }

        for (var i = 0; i < config.Apps?.Count; i++)
        {
            for (var j = 0; j < config.Apps[i]?.Targets?.Count; j++)
            {
                if (config.Apps[i].Targets[j] is { } target && listen.Any(endpoint => Reaches(target, endpoint)))
                    errors.Add($"Apps[{i}].{AppOptions.Targets.Name}[{j}]", $"{target.Address} is where proxify is administered ({RootOptions.Admin.Name})");
            }
        }
    }

    private static bool Reaches(TargetConfig target, IPEndPoint admin) =>
        target.Port == admin.Port && IPAddress.TryParse(target.Host, out var address)
        && (address.Equals(admin.Address) || (IPAddress.IsLoopback(address) && IsAny(admin.Address)));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
