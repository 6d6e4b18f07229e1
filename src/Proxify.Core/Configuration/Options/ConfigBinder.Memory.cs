using System.Text.Json;

namespace Proxify.Configuration;

internal sealed partial class ConfigBinder
{
    private long? BindMemory(Dictionary<string, ConfigNode> keys, string path, string key)
    {
        if (!keys.TryGetValue(key, out var node))
            return null;

        if (node.Kind == JsonValueKind.String && ByteSize.TryParse(node.Text, out var bytes))
            return bytes;

        Fail($"{path}.{key}", node, $"expected an amount of memory such as \"256MiB\" or \"2GiB\", found {node.Describe()}");
        return null;
    }
}
