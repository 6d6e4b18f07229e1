using System.Net.Sockets;

namespace Proxify.Configuration;

/// <summary>Whoever is to be dialled from given addresses needs one of its own family.</summary>
internal static class DialSourceRules
{
    /// <param name="app">Any.</param>
    /// <param name="path">Where its targets stand.</param>
    /// <param name="errors">Takes the errors: names and clients are known at run time only.</param>
    public static void Check(AppConfig app, string path, ErrorList errors)
    {
        if (app.Source?.Addresses is not { Count: > 0 } addresses || !addresses.All(static network => DialSourceOption.Problem(network) is null))
            return;

        for (var i = 0; i < app.Targets?.Count; i++)
        {
            if (app.Targets[i] is not { } target || !HostSyntax.TryParseAddress(target.Host, out var address))
                continue;

            var family = LocalAddresses.Plain(address).AddressFamily;
            if (addresses.All(network => network.BaseAddress.AddressFamily != family))
                errors.Add($"{path}[{i}]", $"{target.Address} is {Name(family)}, and Source has no {Name(family)} address to dial it from");
        }
    }

    private static string Name(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
}
