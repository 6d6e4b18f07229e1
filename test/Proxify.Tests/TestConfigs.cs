using Proxify.Configuration;
using Proxify.Runtime;

namespace Proxify.Tests;

internal static class TestConfigs
{
    public static AppConfig App(string name, PortRange[] ports, params string[] targets) => new()
    {
        Name = name,
        Ports = ports,
        Targets = [.. targets.Select(Target)],
    };

    public static TargetConfig Target(string address) => new(address);

    public static ProxyModel ModelOf(params AppConfig[] apps) => ModelBuilder.Build(new ProxyConfig { Apps = apps }, previous: null);
}
