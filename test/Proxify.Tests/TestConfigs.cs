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

    public static ProxyRuntime RuntimeOf(params AppConfig[] apps) => new(ModelOf(apps));

    /// <summary>A reload.</summary>
    public static ProxyModel Apply(this ProxyRuntime runtime, ProxyConfig config)
    {
        var next = ModelBuilder.Build(config, runtime.Current);
        runtime.PutInForce(next);
        return next;
    }
}
