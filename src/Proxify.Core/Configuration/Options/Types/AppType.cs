using System.Text.Json;

namespace Proxify.Configuration;

internal sealed class AppType : OptionType<AppConfig>
{
    public override Section<AppConfig> Keys => AppOptions.Section;

    public override AppConfig? Bind(ConfigNode node, string path, ConfigBinder binder)
    {
        var app = Keys.Bind(new AppConfig { Name = null!, Ports = null!, Targets = null! }, node, path, binder);
        return node.Kind == JsonValueKind.Object ? app : null;
    }
}
