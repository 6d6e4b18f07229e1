using System.Text.Json;

namespace Proxify.Configuration;

/// <summary><c>DefaultApp</c>: absent, null and a name are three choices.</summary>
internal sealed class DefaultAppOption() : Option<ProxyConfig>(
    nameof(ProxyConfig.DefaultApp),
    "where [connections without an app](#connections-without-an-app) go. Absent: to a pool of all apps' targets. `null`: they are reset")
{
    public override object Type => this;

    public override ProxyConfig Bind(ProxyConfig record, ConfigNode node, string path, ConfigBinder binder)
    {
        if (node.Kind == JsonValueKind.Null)
            return record with { DefaultApp = DefaultAppConfig.Refuse };

        if (node.Kind == JsonValueKind.String)
            return record with { DefaultApp = DefaultAppConfig.App(node.Text) };

        binder.Expected("the name of an app, or null", path, node);
        return record;
    }

    /// <summary>Whether there is such an app is a matter of the apps.</summary>
    public override void Check(ProxyConfig record, string section, ErrorList errors)
    {
    }
}
