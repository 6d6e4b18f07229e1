using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Proxify.Configuration;

internal sealed partial class ConfigBinder
{
    private HealthConfig BindHealth(Dictionary<string, ConfigNode> parent, string prefix)
    {
        var path = prefix + nameof(ProxyConfig.Health);
        if (!parent.TryGetValue(nameof(ProxyConfig.Health), out var node))
            return new HealthConfig();

        var keys = Members(node, path, ConfigKeys.Health, "an object such as {\"Active\": true}");
        return new HealthConfig
        {
            Active = keys.TryGetValue(nameof(HealthConfig.Active), out var active) ? BindFlag(active, $"{path}.{nameof(HealthConfig.Active)}") : null,
            Type = (CheckType?)BindWord(keys, path, nameof(HealthConfig.Type), HealthWords.Types),
            Send = Bytes(nameof(HealthConfig.Send)),
            Expect = Bytes(nameof(HealthConfig.Expect)),
            Port = Whole(nameof(HealthConfig.Port), $"a port ({PortNumber.Min}-{PortNumber.Max})"),
            Address = keys.TryGetValue(nameof(HealthConfig.Address), out var address)
                ? BindCheckAddress(address, $"{path}.{nameof(HealthConfig.Address)}") : null,
            Interval = BindDuration(keys, path, nameof(HealthConfig.Interval)),
            FastInterval = BindDuration(keys, path, nameof(HealthConfig.FastInterval)),
            Timeout = BindDuration(keys, path, nameof(HealthConfig.Timeout)),
            Rise = Whole(nameof(HealthConfig.Rise), "a whole number 1-1000"),
            Fall = Whole(nameof(HealthConfig.Fall), "a whole number 1-1000"),
            EjectAfter = Whole(nameof(HealthConfig.EjectAfter), "a whole number 0-1000"),
            FailureRate = Share(nameof(HealthConfig.FailureRate)),
            FailureWindow = BindDuration(keys, path, nameof(HealthConfig.FailureWindow)),
            FailureTries = Whole(nameof(HealthConfig.FailureTries), "a whole number 1-1000000"),
            EjectFor = BindDuration(keys, path, nameof(HealthConfig.EjectFor)),
            EjectMax = BindDuration(keys, path, nameof(HealthConfig.EjectMax)),
            FirstByte = BindDuration(keys, path, nameof(HealthConfig.FirstByte)),
            EarlyClose = BindDuration(keys, path, nameof(HealthConfig.EarlyClose)),
            PanicBelow = Share(nameof(HealthConfig.PanicBelow)),
            OnDown = (SessionsFate?)BindWord(keys, path, nameof(HealthConfig.OnDown), HealthWords.Fates),
            OnRemove = (SessionsFate?)BindWord(keys, path, nameof(HealthConfig.OnRemove), HealthWords.Fates),
            DownDrain = BindDuration(keys, path, nameof(HealthConfig.DownDrain)),
        };

        ReadOnlyMemory<byte>? Bytes(string key) => Value<ReadOnlyMemory<byte>>(key, "a text, or bytes in hex such as \"hex:0d0a\"", value =>
            value.Kind == JsonValueKind.String && CheckBytes.Parse(value.Text) is { } bytes ? (ReadOnlyMemory<byte>?)bytes : null);

        int? Whole(string key, string expected) => Value<int>(key, expected, value =>
            value.Kind == JsonValueKind.Number && int.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number : null);

        double? Share(string key) => Value<double>(key, "a number 0-1", value =>
            value.Kind == JsonValueKind.Number ? double.Parse(value.Text, CultureInfo.InvariantCulture) : null);

        T? Value<T>(string key, string expected, Func<ConfigNode, T?> read)
            where T : struct
        {
            if (!keys.TryGetValue(key, out var value))
                return null;

            if (read(value) is { } known)
                return known;

            Fail($"{path}.{key}", value, $"expected {expected}, found {value.Describe()}");
            return null;
        }
    }

    /// <summary>One of the words, as its place among them.</summary>
    private int? BindWord(Dictionary<string, ConfigNode> keys, string path, string key, IReadOnlyList<string> words)
    {
        if (!keys.TryGetValue(key, out var node))
            return null;

        if (node.Kind == JsonValueKind.String && words.ToList().IndexOf(node.Text) is >= 0 and var index)
            return index;

        Fail($"{path}.{key}", node, $"expected {HealthWords.Expected(words)}, found {node.Describe()}");
        return null;
    }

    private IPAddress? BindCheckAddress(ConfigNode node, string path)
    {
        if (node.Kind == JsonValueKind.String && HostSyntax.TryParseAddress(node.Text, out var address))
            return address;

        Fail(path, node, $"expected an IP address such as \"10.0.0.1\" or \"fd00::1\", found {node.Describe()}");
        return null;
    }
}
