using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>
/// JSON nodes to records: shapes and syntax. What the values may be is <see cref="ConfigValidator"/>'s matter.
/// What cannot be read becomes null and its path goes to <see cref="Unreadable"/>, so that it is complained about once.
/// </summary>
internal sealed partial class ConfigBinder(ErrorList errors)
{
    /// <summary>Stands for a network that cannot be read. The validator refuses it by itself, so it is nobody's duplicate.</summary>
    private static readonly IPNetwork UnreadableNetwork = new(IPAddress.Any.MapToIPv6(), 128);

    /// <summary>The paths whose values in the records mean nothing, because an error about them is already known.</summary>
    public HashSet<string> Unreadable { get; } = new(StringComparer.Ordinal);

    public ProxyConfig Bind(ConfigNode root)
    {
        var keys = Members(root, "", ConfigKeys.Root, "an object such as {\"Apps\": [...]}");
        if (root.Kind != JsonValueKind.Object)
            Unreadable.Add(nameof(ProxyConfig.Apps));

        return new ProxyConfig
        {
            Apps = Items(keys, nameof(ProxyConfig.Apps), "", "an array of apps", BindApp)!,
            DefaultApp = BindDefaultApp(keys.GetValueOrDefault(nameof(ProxyConfig.DefaultApp))),
            Sources = BindSources(keys, ""),
            Timeouts = BindTimeouts(keys, ""),
            Resolver = BindResolver(keys),
            Limits = BindLimits(keys),
            Health = BindHealth(keys, ""),
            AccessLog = BindAccessLog(keys),
        };
    }

    private AppConfig? BindApp(ConfigNode node, string path)
    {
        var keys = Members(node, path, ConfigKeys.App, "an app such as {\"Name\": \"web\", \"Ports\": [80], \"Targets\": [\"10.0.0.1:80\"]}");
        if (node.Kind != JsonValueKind.Object)
            return null;

        return new AppConfig
        {
            Name = Text(keys.GetValueOrDefault(nameof(AppConfig.Name)), $"{path}.{nameof(AppConfig.Name)}", "a name in double quotes")!,
            Ports = Items(keys, nameof(AppConfig.Ports), path, "an array of ports", BindPorts)!,
            Targets = Items(keys, nameof(AppConfig.Targets), path, "an array of targets", BindTarget)!,
            Balancing = BindBalancing(keys.GetValueOrDefault(nameof(AppConfig.Balancing)), $"{path}.{nameof(AppConfig.Balancing)}"),
            SlowStart = BindDuration(keys, path, nameof(AppConfig.SlowStart)) ?? TimeSpan.Zero,
            Bind = keys.ContainsKey(nameof(AppConfig.Bind)) ? Items(keys, nameof(AppConfig.Bind), path, "an array of IP addresses", BindAddress)! : [],
            Sources = BindSources(keys, $"{path}."),
            AllowTakeover = BindFlag(keys.GetValueOrDefault(nameof(AppConfig.AllowTakeover)), $"{path}.{nameof(AppConfig.AllowTakeover)}"),
            AbortOnClose = BindFlag(keys.GetValueOrDefault(nameof(AppConfig.AbortOnClose)), $"{path}.{nameof(AppConfig.AbortOnClose)}"),
            Timeouts = BindTimeouts(keys, $"{path}."),
            Limits = BindAppLimits(keys, $"{path}."),
            Health = BindHealth(keys, $"{path}."),
        };
    }

    private PortRange BindPorts(ConfigNode node, string path)
    {
        if (node.Kind is JsonValueKind.Number or JsonValueKind.String && PortNumber.TryParseRange(node.Text, out var range)
            && (node.Kind == JsonValueKind.String || range.First == range.Last))
        {
            return range;
        }

        Fail(path, node, $"expected a port ({PortNumber.Min}-{PortNumber.Max}) or a range such as \"5200-5299\", found {node.Describe()}");
        return default;
    }

    private TargetConfig? BindTarget(ConfigNode node, string path)
    {
        if (node.Kind == JsonValueKind.String)
            return Address(node, path);

        var keys = Members(node, path, ConfigKeys.Target, "a target such as \"127.0.0.1:7001\" or {\"Address\": \"127.0.0.1:7001\", \"Weight\": 1}");
        if (node.Kind != JsonValueKind.Object)
            return null;

        var addressPath = $"{path}.{ConfigKeys.TargetAddress}";
        if (!keys.TryGetValue(ConfigKeys.TargetAddress, out var addressNode))
            Fail(addressPath, node, "is missing");

        var text = Text(addressNode, addressPath, "a target such as \"127.0.0.1:7001\"");
        var target = text is null ? null : Address(addressNode!, addressPath);
        var weight = BindWeight(keys.GetValueOrDefault(nameof(TargetConfig.Weight)), $"{path}.{nameof(TargetConfig.Weight)}");
        var backup = BindFlag(keys.GetValueOrDefault(nameof(TargetConfig.Backup)), $"{path}.{nameof(TargetConfig.Backup)}");
        if (target is null)
        {
            Unreadable.Add(path);
            return null;
        }

        return target with { Weight = weight, Backup = backup };
    }

    private TargetConfig? Address(ConfigNode node, string path)
    {
        var target = TargetAddress.Parse(node.Text, out var problem);
        if (target is null)
            Fail(path, node, problem);

        return target;
    }

    private int BindWeight(ConfigNode? node, string path)
    {
        if (node is null)
            return TargetConfig.DefaultWeight;

        // The range here as well: of a target whose address cannot be read nobody else sees the weight.
        if (node.Kind == JsonValueKind.Number && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var weight)
            && weight is >= 0 and <= TargetConfig.MaxWeight)
        {
            return weight;
        }

        Fail(path, node, $"expected a whole number 0-{TargetConfig.MaxWeight}, found {node.Describe()}");
        return TargetConfig.DefaultWeight;
    }

    private BalancingPolicy BindBalancing(ConfigNode? node, string path)
    {
        if (node is null)
            return default;

        if (node.Kind == JsonValueKind.String && BalancingWords.Parse(node.Text) is { } policy)
            return policy;

        Fail(path, node, $"expected {BalancingWords.Expected}, found {node.Describe()}");
        return default;
    }

    private IPAddress? BindAddress(ConfigNode node, string path)
    {
        if (node.Kind == JsonValueKind.String && HostSyntax.TryParseAddress(node.Text, out var address))
            return address;

        Fail(path, node, $"expected an IP address of this machine such as \"127.0.0.1\" or \"::1\", found {node.Describe()}");
        return null;
    }

    private SourcesConfig BindSources(Dictionary<string, ConfigNode> parent, string prefix)
    {
        var path = prefix + nameof(ProxyConfig.Sources);
        if (!parent.TryGetValue(nameof(ProxyConfig.Sources), out var node))
            return new SourcesConfig();

        var keys = Members(node, path, ConfigKeys.Sources, "an object such as {\"Allow\": [\"10.0.0.0/8\"]}");
        if (keys.TryGetValue(nameof(SourcesConfig.Allow), out var allow) && allow is { Kind: JsonValueKind.Array, Items.Count: 0 })
        {
            // It reads like nobody and would mean everybody: what a script writes that found nothing to allow.
            Fail($"{path}.{nameof(SourcesConfig.Allow)}", allow,
                "is empty; leave it out to allow every source, or deny all with \"Deny\": [\"0.0.0.0/0\", \"::/0\"]");
        }

        return new SourcesConfig
        {
            Allow = Items(keys, nameof(SourcesConfig.Allow), path, "an array of networks", BindNetwork) ?? [],
            Deny = Items(keys, nameof(SourcesConfig.Deny), path, "an array of networks", BindNetwork) ?? [],
        };
    }

    private IPNetwork BindNetwork(ConfigNode node, string path)
    {
        string? problem = null;
        if (node.Kind == JsonValueKind.String && SourceNetwork.TryParse(node.Text, out var network, out problem))
            return network;

        Fail(path, node, problem ?? $"expected a network in double quotes such as \"10.0.0.0/8\", found {node.Describe()}");
        return UnreadableNetwork;
    }

    private bool BindFlag(ConfigNode? node, string path)
    {
        if (node is null or { Kind: JsonValueKind.True or JsonValueKind.False })
            return node?.Kind == JsonValueKind.True;

        Fail(path, node, $"expected true or false, found {node.Describe()}");
        return false;
    }

    private DefaultAppConfig BindDefaultApp(ConfigNode? node) => node?.Kind switch
    {
        null => DefaultAppConfig.AllTargets,
        JsonValueKind.Null => DefaultAppConfig.Refuse,
        _ => Text(node, nameof(ProxyConfig.DefaultApp), "the name of an app, or null") is { } name ? DefaultAppConfig.App(name) : default,
    };

    private TimeoutsConfig BindTimeouts(Dictionary<string, ConfigNode> parent, string prefix)
    {
        var path = prefix + nameof(ProxyConfig.Timeouts);
        if (!parent.TryGetValue(nameof(ProxyConfig.Timeouts), out var node))
            return new TimeoutsConfig();

        var keys = Members(node, path, ConfigKeys.Timeouts, "an object such as {\"Connect\": \"5s\"}");
        return new TimeoutsConfig
        {
            Connect = BindDuration(keys, path, nameof(TimeoutsConfig.Connect)),
            Idle = BindDuration(keys, path, nameof(TimeoutsConfig.Idle)),
            HalfClose = BindDuration(keys, path, nameof(TimeoutsConfig.HalfClose)),
            Drain = BindDuration(keys, path, nameof(TimeoutsConfig.Drain)),
            KeepAlive = BindDuration(keys, path, nameof(TimeoutsConfig.KeepAlive)),
            KeepAliveInterval = BindDuration(keys, path, nameof(TimeoutsConfig.KeepAliveInterval)),
            Unacknowledged = BindDuration(keys, path, nameof(TimeoutsConfig.Unacknowledged)),
        };
    }

    private TimeSpan? BindDuration(Dictionary<string, ConfigNode> keys, string path, string key)
    {
        if (!keys.TryGetValue(key, out var node))
            return null;

        if (node.Kind == JsonValueKind.String && Duration.TryParse(node.Text, out var value))
            return value;

        Fail($"{path}.{key}", node, $"expected a duration such as \"250ms\", \"5s\" or \"1h\", found {node.Describe()}");
        return null;
    }

    private AccessLogConfig BindAccessLog(Dictionary<string, ConfigNode> parent)
    {
        const string Path = nameof(ProxyConfig.AccessLog);
        if (!parent.TryGetValue(Path, out var node))
            return new AccessLogConfig();

        var keys = Members(node, Path, ConfigKeys.AccessLog, "an object such as {\"Sample\": 1}");
        if (!keys.TryGetValue(nameof(AccessLogConfig.Sample), out var sample))
            return new AccessLogConfig();

        if (sample.Kind == JsonValueKind.Number)
            return new AccessLogConfig { Sample = double.Parse(sample.Text, CultureInfo.InvariantCulture) };

        Fail($"{Path}.{nameof(AccessLogConfig.Sample)}", sample, $"expected a number 0-1, found {sample.Describe()}");
        return new AccessLogConfig();
    }

    private string? Text(ConfigNode? node, string path, string expected)
    {
        if (node is null or { Kind: JsonValueKind.String })
            return node?.Text;

        Fail(path, node, $"expected {expected}, found {node.Describe()}");
        return null;
    }

    /// <summary>The items of the array under a key; null when the key is absent or no array.</summary>
    private List<T>? Items<T>(Dictionary<string, ConfigNode> parent, string key, string parentPath, string expected, Func<ConfigNode, string, T?> bind)
    {
        if (!parent.TryGetValue(key, out var node))
            return null;

        var path = parentPath.Length == 0 ? key : $"{parentPath}.{key}";
        if (node.Kind != JsonValueKind.Array)
        {
            Fail(path, node, $"expected {expected}, found {node.Describe()}");
            return null;
        }

        var items = new List<T>(node.Items.Count);
        for (var i = 0; i < node.Items.Count; i++)
            items.Add(bind(node.Items[i], $"{path}[{i}]")!);

        return items;
    }

    /// <summary>
    /// The values by key, known keys only; empty when the node is no object. Of a duplicate key the first holds, and a misspelt one counts as the key that was
    /// meant, so that what is wrong inside is told along with it.
    /// </summary>
    private Dictionary<string, ConfigNode> Members(ConfigNode node, string path, IReadOnlyList<string> known, string expected)
    {
        var members = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        if (node.Kind != JsonValueKind.Object)
            Fail(path, node, $"expected {expected}, found {node.Describe()}");

        var unknown = new HashSet<string>(StringComparer.Ordinal);
        var meant = new List<ConfigMember>();
        foreach (var member in node.Members)
        {
            var isKnown = known.Contains(member.Name, StringComparer.Ordinal);
            if (isKnown ? !members.TryAdd(member.Name, member.Value) : !unknown.Add(member.Name))
                errors.Add(path, $"duplicate key {Quoted.Text(member.Name)}", member.At);
            else if (!isKnown)
                RejectKey(member, path, known, meant);
        }

        foreach (var member in meant)
        {
            // In the tree, too, where the validator's errors look for their places.
            if (members.TryAdd(member.Name, member.Value))
                node.Members.Add(member);
        }

        return members;
    }

    private void RejectKey(ConfigMember member, string path, IReadOnlyList<string> known, List<ConfigMember> meant)
    {
        var nearest = NearestName.Find(member.Name, known);
        var hint = nearest is null ? $"known keys: {string.Join(", ", known)}" : $"did you mean \"{nearest}\"?";
        errors.Add(path, $"unknown key {Quoted.Text(member.Name)}; {hint}", member.At);

        if (nearest is not null)
            meant.Add(member with { Name = nearest });
    }

    private void Fail(string path, ConfigNode node, string message)
    {
        Unreadable.Add(path);
        errors.Add(path, message, node.At);
    }
}
