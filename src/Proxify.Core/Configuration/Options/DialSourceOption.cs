using System.Net;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary><c>Source</c> of an app: a word, one address or network, or an array of those.</summary>
internal sealed class DialSourceOption() : Option<AppConfig>(
    nameof(AppConfig.Source),
    "where connections to targets come from: `\"client\"`, the client's own address; `\"10.0.0.16\"`, an address of this machine; `\"10.0.0.16/28\"`, a network all of whose addresses are; or an array of up to 256 of both, taken by turns: see [the source of dials](#the-source-of-dials)")
{
    public const string Client = "client";

    public const int MostAddresses = 256;

    private const string Wanted = $"\"{Client}\", an address such as \"10.0.0.16\", a network such as \"10.0.0.16/28\", or an array of these";

    private static readonly NetworkType s_network = new();

    public override object Type => this;

    public override AppConfig Bind(AppConfig record, ConfigNode node, string path, ConfigBinder binder)
    {
        if (node.Kind == JsonValueKind.Array)
        {
            var addresses = node.Items.Select((item, i) => s_network.Bind(item, $"{path}[{i}]", binder)).ToList();
            return record with { Source = DialSourceConfig.Of(addresses) };
        }

        if (node.Kind == JsonValueKind.String && node.Text == Client)
            return record with { Source = DialSourceConfig.Client };

        string? problem = null;
        if (node.Kind == JsonValueKind.String && SourceNetwork.TryParse(node.Text, out var network, out problem))
            return record with { Source = DialSourceConfig.Of(network) };

        if (problem is not null && node.Text.Contains('/', StringComparison.Ordinal))
            binder.Fail(path, node, problem);
        else
            binder.Expected(Wanted, path, node);

        return record;
    }

    public override void Check(AppConfig record, string section, ErrorList errors)
    {
        if (record.Source is not { } source)
            return;

        if (source.Addresses is not { } addresses)
            errors.Add($"{section}{Name}", "is missing");
        else if (source.IsClient ? addresses.Count > 0 : addresses.Count == 0)
            errors.Add($"{section}{Name}", source.IsClient ? "is the client's address; expected no other" : $"is empty; expected {Wanted}");
        else if (addresses.Count > MostAddresses)
            errors.Add($"{section}{Name}", $"{addresses.Count:N0} addresses; expected at most {MostAddresses}");
        else
            CheckAddresses(addresses, $"{section}{Name}", errors);
    }

    /// <summary>What is wrong with a network as a source; null: nothing.</summary>
    public static string? Problem(IPNetwork network)
    {
        var address = network.BaseAddress;
        return s_network.Problem(network)
            ?? (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? $"{network} is no address to connect from"
            : address.IsIPv6LinkLocal ? $"{network} is link-local; expected an address that holds on every link"
            : EndpointRules.Problem(address) is { } problem ? $"{network} {problem}" : null);
    }

    private static void CheckAddresses(IReadOnlyList<IPNetwork> addresses, string path, ErrorList errors)
    {
        var seen = new Dictionary<IPNetwork, int>();
        for (var i = 0; i < addresses.Count; i++)
        {
            if (Problem(addresses[i]) is { } problem)
                errors.Add($"{path}[{i}]", problem);
            else if (!seen.TryAdd(addresses[i], i))
                errors.Add($"{path}[{i}]", $"{addresses[i]} is already given by {path}[{seen[addresses[i]]}]");
        }
    }
}
