using Proxify.Configuration;
using Proxify.Model;

namespace Proxify.Tests;

internal static class TestConfigs
{
    public static AppConfig App(string name, PortRange[] ports, params string[] targets) => new()
    {
        Name = name,
        Ports = ports,
        Targets = [.. targets.Select(Target)],
    };

    public static TargetConfig Target(string address)
    {
        var colon = address.LastIndexOf(':');
        return new TargetConfig { Host = address[..colon].Trim('[', ']'), Port = int.Parse(address[(colon + 1)..]) };
    }

    public static ProxyModel ModelOf(params AppConfig[] apps) => ModelBuilder.Build(new ProxyConfig { Apps = apps }, previous: null);
}
