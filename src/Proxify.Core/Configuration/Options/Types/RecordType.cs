using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>An item of an array that is an object with keys of its own.</summary>
/// <param name="keys">Those keys.</param>
/// <param name="empty">With the defaults, and null where a key is required.</param>
internal sealed class RecordType<T>(Section<T> keys, T empty) : OptionType<T>
    where T : class
{
    public override Section<T> Keys => keys;

    public override T? Bind(ConfigNode node, string path, ConfigBinder binder)
    {
        var record = keys.Bind(empty, node, path, binder);
        return node.Kind == JsonValueKind.Object ? record : null;
    }
}
