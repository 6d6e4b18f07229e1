using System.Globalization;
using System.Text.Json;

namespace Proxify.Configuration;

internal sealed partial class ConfigBinder
{
    private ProxyLimitsConfig BindLimits(Dictionary<string, ConfigNode> parent)
    {
        const string Path = nameof(ProxyConfig.Limits);
        if (!parent.TryGetValue(Path, out var node))
            return new ProxyLimitsConfig();

        var keys = Members(node, Path, ConfigKeys.ProxyLimits, "an object such as {\"Sessions\": 10000}");
        return BindLimits(keys, Path, new ProxyLimitsConfig()) with { BufferMemory = BindMemory(keys, Path, nameof(ProxyLimitsConfig.BufferMemory)) };
    }

    private AppLimitsConfig BindAppLimits(Dictionary<string, ConfigNode> parent, string prefix)
    {
        var path = prefix + nameof(AppConfig.Limits);
        var defaults = new AppLimitsConfig();
        if (!parent.TryGetValue(nameof(AppConfig.Limits), out var node))
            return defaults;

        var keys = Members(node, path, ConfigKeys.AppLimits, "an object such as {\"Sessions\": 1000}");
        return BindLimits(keys, path, defaults) with
        {
            SessionsPerTarget = BindSessions(keys, path, nameof(AppLimitsConfig.SessionsPerTarget)),
            Queue = BindCount(keys, path, nameof(AppLimitsConfig.Queue), 0, AppLimitsConfig.MaxQueue) ?? defaults.Queue,
            QueueTimeout = BindDuration(keys, path, nameof(AppLimitsConfig.QueueTimeout)) ?? defaults.QueueTimeout,
        };
    }

    private T BindLimits<T>(Dictionary<string, ConfigNode> keys, string path, T limits)
        where T : LimitsConfig => limits with
        {
            Sessions = BindSessions(keys, path, nameof(LimitsConfig.Sessions)),
            SessionsPerSource = BindSessions(keys, path, nameof(LimitsConfig.SessionsPerSource)),
            Rate = BindRate(keys, path, nameof(LimitsConfig.Rate)),
            Burst = BindCount(keys, path, nameof(LimitsConfig.Burst), 1, ConnectionRate.MaxCount),
            RatePerSource = BindRate(keys, path, nameof(LimitsConfig.RatePerSource)),
            BurstPerSource = BindCount(keys, path, nameof(LimitsConfig.BurstPerSource), 1, ConnectionRate.MaxCount),
            SourcePrefix = BindSourcePrefix(keys, path),
        };

    private SourcePrefixConfig BindSourcePrefix(Dictionary<string, ConfigNode> parent, string prefix)
    {
        var path = $"{prefix}.{nameof(LimitsConfig.SourcePrefix)}";
        if (!parent.TryGetValue(nameof(LimitsConfig.SourcePrefix), out var node))
            return new SourcePrefixConfig();

        var keys = Members(node, path, ConfigKeys.SourcePrefix, "an object such as {\"IPv6\": 64}");
        return new SourcePrefixConfig
        {
            IPv4 = BindCount(keys, path, nameof(SourcePrefixConfig.IPv4), 1, 32),
            IPv6 = BindCount(keys, path, nameof(SourcePrefixConfig.IPv6), 1, 128),
        };
    }

    private int? BindSessions(Dictionary<string, ConfigNode> keys, string path, string key) =>
        BindCount(keys, path, key, 1, LimitsConfig.MaxSessions, canBeOff: true);

    private int? BindCount(Dictionary<string, ConfigNode> keys, string path, string key, int min, int max, bool canBeOff = false)
    {
        if (!keys.TryGetValue(key, out var node) || (canBeOff && IsOff(node)))
            return null;

        if (node.Kind == JsonValueKind.Number && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return value;

        var off = canBeOff ? $", or \"{Duration.Off}\"" : "";
        Fail($"{path}.{key}", node, $"expected a whole number {min}-{max}{off}, found {node.Describe()}");
        return null;
    }

    private ConnectionRate? BindRate(Dictionary<string, ConfigNode> keys, string path, string key)
    {
        if (!keys.TryGetValue(key, out var node) || IsOff(node))
            return null;

        if (node.Kind == JsonValueKind.Number && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
            return ConnectionRate.PerSecond(count);

        if (node.Kind == JsonValueKind.String && ConnectionRate.TryParse(node.Text, out var rate))
            return rate;

        Fail($"{path}.{key}", node,
            $"expected connections per second 1-{ConnectionRate.MaxCount}, text such as \"100/s\", \"600/m\" or \"50/h\", or \"{Duration.Off}\", found {node.Describe()}");
        return null;
    }

    private static bool IsOff(ConfigNode node) => node.Kind == JsonValueKind.String && node.Text == Duration.Off;
}
