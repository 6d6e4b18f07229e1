using System.Text.Json;

namespace Proxify.Configuration;

internal sealed class FlagType : ScalarType<bool>
{
    public override string Expected => "true or false";

    public override bool TryRead(ConfigNode node, out bool value)
    {
        value = node.Kind == JsonValueKind.True;
        return node.Kind is JsonValueKind.True or JsonValueKind.False;
    }
}
